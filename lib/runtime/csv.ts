/** A spreadsheet treats a cell that begins with one of these characters as a formula. */
const startsFormula = /^[=+\-@\t\r]/;

/** One line of CSV (RFC 4180). An apostrophe before a formula makes the cell text. */
export const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(cellOf).join(',')}\r\n`;

function cellOf(value: string | number | null): string {
  const text = String(value ?? '');
  const safe = startsFormula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
