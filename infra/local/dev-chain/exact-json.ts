import { parseExactly } from '../../../lib/domain/exact-json.ts';

/** Like `parseExactly`: most recorded lines have no long integer, and are parsed faster. */
export const parseRecordedJson = (text: string): unknown =>
  /[:,[\s]\d{16,}/.test(text) ? parseExactly(text) : JSON.parse(text);

/** A copy in which integers above 2^53 are ordinary, rounded numbers. */
export function withoutExactIntegers(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
