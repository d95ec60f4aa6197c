/**
 * A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula. Where its separator is `;` or a tab, one cell here is
 * several. An apostrophe that is there gets another one, so that all that were added can be taken away again.
 */
const formulas = /(^|[;\t\r\n])(?=\s*['=+\-@])/g;

type Cell = string | number | null;

/** One line of CSV (RFC 4180). */
export const csvLine = (cells: readonly Cell[]): string => `${csvCells(cells)}\r\n`;

/** A part of a line. An apostrophe before a formula makes it text. */
export const csvCells = (cells: readonly Cell[]): string => cells.map(cellOf).join(',');

function cellOf(value: Cell): string {
  const text = String(value ?? '');
  const safe = text.replace(formulas, "$1'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
