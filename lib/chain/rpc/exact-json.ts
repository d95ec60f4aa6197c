import { parseWithSource } from '../../domain/source-json.ts';

/** An integer that could lose digits as a double has at least 16 of them. */
const longNumber = /[^"\d.]\d{16}/;

/**
 * JSON.parse without losing digits: an integer beyond 2^53 comes as a bigint. The reviver costs time, so it runs only
 * over texts in which such a number may stand.
 */
export function parseExactJson(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text);
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value,
  );
}
