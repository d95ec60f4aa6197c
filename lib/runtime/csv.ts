/** Characters by which spreadsheets take a cell for a formula. */
const startsFormula = /^[=+\-@\t\r]/;

/** One line of RFC 4180. A cell that a spreadsheet would compute begins with an apostrophe: it is text. */
export const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(cellOf).join(',')}\r\n`;

function cellOf(value: string | number | null): string {
  const text = String(value ?? '');
  const safe = startsFormula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
