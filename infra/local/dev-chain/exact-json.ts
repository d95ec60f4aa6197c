import { parseWithSource, rawJson } from '../../../lib/domain/source-json.ts';

/**
 * JSON.parse that keeps an integer above 2^53 as its own text, so that `JSON.stringify` writes the same digits again.
 * Such a value is opaque: it can be passed on, not counted with.
 */
export function parseRecordedJson(text: string): unknown {
  if (!/[:,[\s]\d{16,}/.test(text)) return JSON.parse(text);
  return parseWithSource(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? rawJson(source)
      : value,
  );
}
