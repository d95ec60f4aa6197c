import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { LookupError } from '../../../lib/domain/errors.ts';
import { problemOf } from '../../../lib/runtime/problem.ts';

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** The gateway's own answer when the function failed. */
export const gatewayMessage = (status: 500 | 503, message: string): GatewayAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message })),
});

/** The answer to a request that the gateway itself refuses; same shape and status as all other errors. */
export function refusal(error: LookupError, requestId: string): GatewayAnswer {
  const problem = problemOf(error, requestId);
  return {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(error.retryAfter !== undefined && { 'retry-after': String(error.retryAfter) }),
    },
    body: Buffer.from(JSON.stringify(problem)),
  };
}

/**
 * Reads a function's result as API Gateway does (format 2.0): a result with `statusCode` is a response; any other result is
 * the body of a 200. Throws TypeError for an invalid response.
 */
export function gatewayAnswerOf(result: unknown): GatewayAnswer {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    const text = typeof result === 'string' ? result : JSON.stringify(result ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = result as StructuredResult;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new TypeError(`Invalid HTTP status: ${statusCode}`);
  if (typeof body !== 'string') throw new TypeError('The body of a structured result must be a string');
  return {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
      ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
    },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

interface StructuredResult {
  readonly statusCode: unknown;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly cookies?: readonly string[];
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
}

/** HEAD gets the headers of GET. 204 and 304 have no content, so they get no length and no type. */
export function sendAnswer(
  response: ServerResponse,
  method: string | undefined,
  { status, headers, body }: GatewayAnswer,
): void {
  const empty = status === 204 || status === 304;
  const { 'content-type': contentType, ...others } = headers;
  response.writeHead(status, {
    ...others,
    ...(!empty && { 'content-type': contentType, 'content-length': body.length }),
  });
  response.end(empty || method === 'HEAD' ? undefined : body);
}
