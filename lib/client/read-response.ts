import type { ClientRoute, Schemas } from './contract.ts';
import { type ClientErrorCode, RefusedError, UnusableAnswerError } from './errors.ts';
import { parseJson } from './exact-json.ts';

interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What a gateway or a proxy says by a status, while the service itself has not answered. */
const passing = [408, 429, 502, 503, 504];
const gatewayCodes: Readonly<Record<number, ClientErrorCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  413: 'too_large',
  429: 'rate_limited',
};

/** The body of a success; undefined where there is none. Throws a RefusedError or an UnusableAnswerError. */
export function readResponse(received: Received, { has, also = [] }: ClientRoute, format: unknown): unknown {
  const { status, headers, text } = received;
  if (status === 204 && has.length === 0) return undefined;
  const isSuccess = status >= 200 && status < 300;
  const type = headers.get('content-type') ?? '';
  const isText = format === 'csv' || format === 'html';
  if (isSuccess && isText && type.toLowerCase().startsWith(`text/${format}`)) return text;
  const body = jsonOf(received, type);
  // Problem details have members of the same names.
  const isAnswer = isSuccess ? !isText : also.includes(status) && !/problem\+json/i.test(type);
  if (isAnswer && body !== undefined && has.every((member) => fits(member, body[member]))) return body;
  if (!isSuccess && body !== undefined) throw refusalOf(received, body);
  const what = type === '' ? 'without a type' : `of the type ${type.slice(0, 100)}`;
  throw new UnusableAnswerError(
    `the answer with status ${status} is not the service's: ${text.length} characters ${what}`,
    {
      status,
      retryable: isSuccess || passing.includes(status),
      retryAfter: retryAfterOf(headers),
    },
  );
}

function jsonOf({ text }: Received, type: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type)) return undefined;
  try {
    const value = parseJson(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A caller looks into these without a question. */
function fits(member: string, value: unknown): boolean {
  if (member === 'items' || member === 'entries' || member === 'results')
    return Array.isArray(value) && value.every(isObject);
  if (member === 'data' || member === 'meta') return isObject(value);
  // A list would end here, as if it were whole.
  if (member === 'next') return value === null || typeof value === 'string';
  if (member === 'id' || member === 'hash') return typeof value === 'string';
  return value !== undefined;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of problem details (RFC 9457), or of a gateway's `{"message"}`. */
function refusalOf({ status, headers }: Received, body: Readonly<Record<string, unknown>>): RefusedError {
  const { code, detail, message, retryable, requestId } = body;
  const text = [detail, message, `status ${status}`].find((one) => typeof one === 'string') as string;
  return new RefusedError(text, body as Partial<Schemas['Problem']>, {
    status,
    code: typeof code === 'string' ? code : (gatewayCodes[status] ?? 'unusable_answer'),
    retryable: typeof retryable === 'boolean' ? retryable : passing.includes(status),
    requestId: typeof requestId === 'string' ? requestId : undefined,
    retryAfter: retryAfterOf(headers),
  });
}

/** Seconds. A date of a proxy counts from the date of its answer. */
function retryAfterOf(headers: Headers): number | undefined {
  const given = headers.get('retry-after');
  if (given === null) return undefined;
  if (/^\d+$/.test(given)) return Number(given);
  const seconds = (Date.parse(given) - Date.parse(headers.get('date') ?? '')) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
