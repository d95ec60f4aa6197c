import { parseWithSource, rawJson } from '../../domain/source-json.ts';

/** Like JSON.parse, but an integer beyond 2^53 keeps its digits, as an opaque value. */
export const parseExactly = (text: string): unknown =>
  parseWithSource(text, (_name, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? rawJson(source)
      : value,
  );

export const isWideInteger = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'rawJSON' in value;

/** The integer of a value that `parseExactly` gave; undefined: it is no integer. */
export function integerIn(value: unknown): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  return isWideInteger(value) ? BigInt((value as { readonly rawJSON: string }).rawJSON) : undefined;
}
