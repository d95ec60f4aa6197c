/** What JSON.parse tells a reviver about a primitive: the text it was written as. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver?: Reviver) => unknown;

/** An integer that could lose digits as a double has at least 16 of them. */
const longNumber = /[^"\d.]\d{16}/;

/**
 * JSON.parse without losing digits: an integer beyond 2^53 comes as a bigint. The reviver costs time, so it runs only
 * over texts in which such a number may stand.
 */
export function parseExact(text: string): unknown {
  if (!longNumber.test(text)) return parse(text);
  return parse(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value,
  );
}
