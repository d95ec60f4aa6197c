// What both checks need: the files of an audit report, JSON or CSV, and of signed days; canonical form and digest.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** RFC 8785, of what these files have: members sorted by the code units of their names, no space. */
export function canonical(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`)}}`;
}

/** Ids are other people's texts, and must write no line and no command to a terminal. */
export const printable = (text) => text.replace(/[^ -~]/gu, (one) => `\\u{${one.codePointAt(0).toString(16)}}`);

/** Its place in the order of a report: by time, then by trail, then by number. */
export const placeOf = ({ timestamp, kind, id, sequence }) =>
  `${timestamp} ${kind}#${id}\0${String(sequence).padStart(16, '0')}`;

/** The pages of a table (RFC 4180) in the form that the JSON has: each line has its page and its trail. */
function pagesOf(csv) {
  const lines = [[]];
  for (const [, cell, end] of csv.matchAll(/("(?:[^"]+|"")*"|[^",\r\n]*)(,|\r\n)/g)) {
    // An apostrophe at the begin of what a spreadsheet may take for a formula is no part of the text.
    lines.at(-1).push(
      cell
        .replace(/^"|"$/g, '')
        .replaceAll('""', '"')
        .replace(/(^|[;\t\r\n])'/g, '$1') || null,
    );
    if (end !== ',') lines.push([]);
  }
  const [names, ...rows] = lines.slice(0, -1);
  const read = (name, cell) => (areJson.has(name) ? JSON.parse(cell) : cell);
  const all = rows.map((row) => Object.fromEntries(names.map((name, at) => [name, read(name, row[at])])));
  const pages = new Map(all.map((row) => [row.page.from, { ...row, entries: [], trails: [] }]));
  for (const row of all.filter(({ trail }) => trail !== null).sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))) {
    pages.get(row.page.from).entries.push(row);
    pages.get(row.page.from).trails.push(row.trail);
  }
  return [...pages.values()];
}
const areJson = new Set(['sequence', 'before', 'after', 'blockHeight', 'held', 'proof', 'page', 'trail']);

const files = process.argv.slice(2).flatMap((file) => {
  const text = readFileSync(file, 'utf8');
  return file.endsWith('.csv') ? pagesOf(text) : JSON.parse(text);
});
export const pages = files.filter(({ entries }) => entries);
export const entries = pages.flatMap((page) => page.entries);
export const days = files.filter(({ statement }) => statement);
