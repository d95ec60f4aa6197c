import { isRawJson, parseWithSource, rawJson } from './source-json.ts';

/** Like JSON.parse, but `JSON.stringify` writes every number as it was written: `1.10`, `1e3` and 2^60 + 1 keep their digits. */
export const parseAsWritten = (text: string): unknown =>
  parseWithSource(text, (_name, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? rawJson(source) : value,
  );

const isInteger = (source: string): boolean => /^-?\d+$/.test(source);

/**
 * Like JSON.parse, but an integer beyond 2^53 and a number that is not written as JavaScript writes it (`1.0`, `1e2`, `-0`) stay as they
 * are written, as opaque values (`isRawJson`) that `JSON.stringify` writes as they were.
 */
export const parseExactly = (text: string): unknown =>
  parseWithSource(text, (_name, value, { source }) =>
    typeof value === 'number' &&
    source !== undefined &&
    (String(value) !== source || (isInteger(source) && !Number.isSafeInteger(value)))
      ? rawJson(source)
      : value,
  );

/** More than any integer of the chain has, and so few that making one costs nothing. */
const integer = /^-?[1-9]\d{0,199}$/;

/** The integer of a value of `parseExactly`; undefined: it is none, or is not written as one. */
export function integerIn(value: unknown): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  return isRawJson(value) && integer.test(value.rawJSON) ? BigInt(value.rawJSON) : undefined;
}

/** The text of a value of `parseAsWritten`, its members sorted: equal for equal values, in whatever order their members stand. */
export function sortedText(value: unknown): string {
  if (typeof value !== 'object' || value === null || isRawJson(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortedText).join(',')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, part]) => `${JSON.stringify(name)}:${sortedText(part)}`).join(',')}}`;
}
