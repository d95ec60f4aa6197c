import { createHash } from 'node:crypto';

/** What a request offers to prove who calls. `text` is a secret: it is in no log, error or key of a map. */
export interface Credential {
  readonly text: string;
  /** SHA-256 of the text, in base64url: under this the process remembers the result. */
  readonly digest: string;
}

/** Longer than any token that is accepted: a longer text is not even hashed. */
const longest = 8_192;

/**
 * The credential of an `Authorization` header: `Bearer <credential>`, or for GET and HEAD the password of Basic, which a browser asks a
 * person for. A browser sends Basic by itself once it was typed, also where another site's page sends a form: so it counts for reading
 * alone (rule ACCESS-3). undefined: the header holds no credential that this service reads.
 */
export function credentialIn(authorization: string, method: string): Credential | undefined {
  const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization.slice(0, longest + 10)) ?? [];
  const text = scheme.toLowerCase() === 'basic' ? passwordIn(value, isReading(method)) : value;
  if (text === undefined || text === '' || text.length > longest) return undefined;
  return { text, digest: createHash('sha256').update(text).digest('base64url') };
}

function passwordIn(value: string, isAllowed: boolean): string | undefined {
  const [, password] = /^[^:]*:(.+)$/s.exec(Buffer.from(value, 'base64').toString()) ?? [];
  return isAllowed ? password : undefined;
}

export const isReading = (method: string): boolean => method === 'GET' || method === 'HEAD';
