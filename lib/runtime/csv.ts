/** A spreadsheet treats a cell that begins with one of the latter as a formula. */
const needsApostrophe = /^['=+\-@\t\r]/;

type Cell = string | number | null;

/** One line of CSV (RFC 4180). */
export const csvLine = (cells: readonly Cell[]): string => `${csvCells(cells)}\r\n`;

/** A part of a line. An apostrophe before a formula makes the cell text; one before an apostrophe, that it can be taken away again. */
export const csvCells = (cells: readonly Cell[]): string => cells.map(cellOf).join(',');

function cellOf(value: Cell): string {
  const text = String(value ?? '');
  const safe = needsApostrophe.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
