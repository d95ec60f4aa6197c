import { isRawJson, parseWithSource, rawJson } from './source-json.ts';

/** Like JSON.parse, but `JSON.stringify` writes every number as it was written: `1.10`, `1e3` and 2^60 + 1 keep their digits. */
export const parseAsWritten = (text: string): unknown =>
  parseWithSource(text, (_name, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? rawJson(source) : value,
  );

/** Like JSON.parse, but an integer beyond 2^53 keeps its digits, as an opaque value (`isRawJson`) that `JSON.stringify` writes as it was. */
export const parseExactly = (text: string): unknown =>
  parseWithSource(text, (_name, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? rawJson(source)
      : value,
  );

/** The integer of a value of `parseExactly`; undefined: it is no integer. */
export function integerIn(value: unknown): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  return isRawJson(value) ? BigInt(value.rawJSON) : undefined;
}

/** The text of a value of `parseAsWritten`, its members sorted: equal for equal values, in whatever order their members stand. */
export function sortedText(value: unknown): string {
  if (typeof value !== 'object' || value === null || isRawJson(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortedText).join(',')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, part]) => `${JSON.stringify(name)}:${sortedText(part)}`).join(',')}}`;
}
