import { parseWithSource, rawJson } from './source-json.ts';

/** Like JSON.parse, but `JSON.stringify` writes every number as it was written: `1.10`, `1e3` and 2^60 + 1 keep their digits. */
export const parseAsWritten = (text: string): unknown =>
  parseWithSource(text, (_name, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? rawJson(source) : value,
  );

const { isRawJSON } = JSON as unknown as { isRawJSON(value: unknown): boolean };

/** The text of a value of `parseAsWritten`, its members sorted: equal for equal values, in whatever order their members stand. */
export function sortedText(value: unknown): string {
  if (typeof value !== 'object' || value === null || isRawJSON(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortedText).join(',')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, part]) => `${JSON.stringify(name)}:${sortedText(part)}`).join(',')}}`;
}
