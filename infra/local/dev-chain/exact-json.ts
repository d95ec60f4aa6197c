import { parseWithSource, rawJson } from '../../../lib/domain/source-json.ts';

/**
 * Like JSON.parse, but an integer above 2^53 keeps its text, so that `JSON.stringify` writes the same digits. Such a value is
 * opaque: it can be passed on, but not used as a number.
 */
export function parseRecordedJson(text: string): unknown {
  if (!/[:,[\s]\d{16,}/.test(text)) return JSON.parse(text);
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? rawJson(source)
      : value,
  );
}

/** Whether a value of `parseRecordedJson` is an integer above 2^53. */
export function isExactInteger(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'rawJSON' in value;
}

/** A copy in which such integers are ordinary, rounded numbers. */
export function withoutExactIntegers(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
