import { writeJson } from '../client/exact-json.ts';

export interface TextColumn<Row> {
  readonly title: string;
  of(row: Row): unknown;
  /** Is never cut: a person copies it. */
  readonly isWhole?: boolean;
}

const gap = 2;
const narrowest = 6;

/** A line for each row, in columns. The widest column is cut until the line fits. */
export function tableOf<Row>(
  rows: readonly Row[],
  columns: readonly TextColumn<Row>[],
  width: number | undefined,
): string {
  const cells = rows.map((row) => columns.map(({ of }) => cellOf(of(row))));
  const all = [columns.map(({ title }) => title), ...cells];
  const widths = columns.map((_, at) => Math.max(...all.map((line) => lengthOf(line[at] ?? ''))));
  const room = (width ?? Number.POSITIVE_INFINITY) - gap * (columns.length - 1);
  for (let over = sum(widths) - room; over > 0; over = sum(widths) - room) {
    const widest = Math.max(...widths.filter((one, at) => !columns[at]?.isWhole && one > narrowest));
    if (widest < 0) break;
    const at = widths.findIndex((one, index) => one === widest && !columns[index]?.isWhole);
    widths[at] = widest - 1;
  }
  return all
    .map((line) =>
      line
        .map((cell, at) => pad(cut(cell, widths[at] ?? 0), widths[at] ?? 0))
        .join(' '.repeat(gap))
        .trimEnd(),
    )
    .join('\n');
}

/** A name and its value a line; long values go on in the next line. */
export function detailsOf(pairs: readonly (readonly [string, unknown])[], width: number | undefined): string {
  const left = Math.max(0, ...pairs.map(([name]) => lengthOf(clean(name)))) + gap;
  return pairs
    .map(([name, value]) => {
      const text = cellOf(value);
      // What a person copies, such as a hash, stays in one line.
      const isLong = width !== undefined && text.split(' ').some((word) => word.length > width - left);
      if (isLong) return `${clean(name)}\n${wrap(text, width, gap)}`;
      return pad(clean(name), left) + wrap(text, width, left).trimStart();
    })
    .join('\n');
}

/** The text in lines of this width, each after so many spaces, also where it has lines of its own. */
export const wrap = (text: string, width: number | undefined, indent: number): string =>
  cleanLines(text)
    .split('\n')
    .map((line) => wrapLine(line, width, indent))
    .join('\n');

/** Words are broken only where they are longer than a line. */
function wrapLine(text: string, width: number | undefined, indent: number): string {
  const room = width === undefined ? Number.POSITIVE_INFINITY : Math.max(20, width - indent);
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else if (last === '') lines[lines.length - 1] = word;
    else lines.push(word);
    for (let long = lines.at(-1) ?? ''; long.length > room; long = lines.at(-1) ?? '')
      lines.splice(-1, 1, long.slice(0, room), long.slice(room));
  }
  return lines.map((line) => ' '.repeat(indent) + line).join('\n');
}

const cellOf = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return '-';
  return cleanLines(typeof value === 'object' ? JSON.stringify(value) : String(value));
};

/**
 * Names and metadata are other people's: what they send to a terminal is text, and no command for it. A line break among them would
 * begin a line that looks like one of this program.
 */
export const clean = (text: string): string => cleanLines(text).replaceAll('\n', escaped);

/** The same of a text whose lines this program has put together, or indents. */
export const cleanLines = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, escaped);

/** Exact JSON. What a terminal could take for a command is escaped, as JSON allows; the value is the same. */
export const jsonText = (value: unknown): string => cleanLines(writeJson(value));

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const lengthOf = (text: string): number => [...text].length;

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - lengthOf(text)));

function cut(text: string, width: number): string {
  const line = text.replaceAll('\n', ' ');
  return lengthOf(line) <= width ? line : `${[...line].slice(0, width - 1).join('')}…`;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** `1 page`, `2 pages`. */
export const countOf = (count: number | null, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
