import { parseExactly } from '../../../lib/domain/exact-json.ts';

/** Like `parseExactly`: most recorded lines have no long integer, and are parsed faster. */
export const parseRecordedJson = (text: string): unknown =>
  /[:,[\s]\d{16,}/.test(text) ? parseExactly(text) : JSON.parse(text);
