/** A page of a report as a part of one table: each page begins with the names of the columns, and the table has them once. */
export const csvPart = (page: string, isFirst: boolean): string =>
  isFirst ? page : page.slice(page.indexOf('\r\n') + 2);
