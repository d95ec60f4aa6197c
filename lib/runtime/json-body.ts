import { InvalidRequest, LookupError } from '../domain/errors.ts';
import { bodyTooLarge } from './problem.ts';

export interface SentBody {
  readonly text: string;
  readonly isBase64: boolean;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

const json = /^application\/(?:[\w.-]+\+)?json$/;

/** The value of a JSON body. Throws what `jsonTextIn` throws. */
export function jsonIn(body: SentBody, maxBytes: number): unknown {
  return parsed(textIn(body, maxBytes));
}

/** The text of a JSON body, which can be parsed. Throws what `textIn` throws, and InvalidRequest. */
export function jsonTextIn(body: SentBody, maxBytes: number): string {
  const text = textIn(body, maxBytes);
  parsed(text);
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidRequest([{ path: 'body', message: 'must be JSON' }]);
  }
}

/**
 * The text of a body that is said to be JSON, and is not parsed. A body without a Content-Type is taken for JSON (RFC 9110, 8.3). Throws
 * `unsupported_media_type` for any other type, character set or encoding, `too_large`, and InvalidRequest for what is not UTF-8.
 */
export function textIn({ text: sent, isBase64, contentType, contentEncoding }: SentBody, maxBytes: number): string {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';', 10);
  if (type.trim() !== '' && !json.test(type.trim())) throw refused('content-type', 'must be application/json');
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) throw refused('content-type', 'must be in UTF-8');
  if (!/^(?:identity)?$/i.test(contentEncoding?.trim() ?? '')) {
    throw refused('content-encoding', 'the body must not be compressed or encoded');
  }
  const text = isBase64 ? utf8(Buffer.from(sent, 'base64')) : sent;
  if (Buffer.byteLength(text) > maxBytes) throw bodyTooLarge(maxBytes);
  return text;
}

const refused = (path: string, message: string): LookupError =>
  new LookupError('unsupported_media_type', `${path}: ${message}`, { errors: [{ path, message }] });

/** Throws InvalidRequest when the bytes are not UTF-8: no character is replaced. */
function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidRequest([{ path: 'body', message: 'must be UTF-8' }]);
  }
}
