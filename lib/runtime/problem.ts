import type { ErrorCode, FieldError } from '../domain/errors.ts';
import { LookupError } from '../domain/errors.ts';

/** The one place where an error becomes an HTTP status. */
const statusOf: Record<ErrorCode, number> = {
  invalid_request: 400,
  invalid_id: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  invalid_transaction: 400,
  rejected_by_chain: 422,
  idempotency_key_reused: 422,
  precondition_failed: 412,
  rate_limited: 429,
  conflict_state: 409,
  too_old: 412,
  cursor_gone: 410,
  block_gone: 410,
  too_large: 413,
  value_too_large: 422,
  value_unreadable: 501,
  collection_unreadable: 501,
  method_not_allowed: 405,
  unsupported_media_type: 415,
  uri_too_long: 414,
  headers_too_large: 431,
  expectation_failed: 417,
  timed_out: 503,
  chain_unavailable: 503,
  overloaded: 503,
  store_unavailable: 503,
  issuer_unavailable: 503,
  not_cached: 504,
};

const titles: Record<ErrorCode, string> = {
  invalid_request: 'The request is not valid',
  invalid_id: 'The identifier is not valid',
  unauthenticated: 'A valid credential is required',
  forbidden: 'The credential does not allow this',
  not_found: 'Not found',
  invalid_transaction: 'The transaction is not valid',
  rejected_by_chain: 'The node refuses the transaction',
  idempotency_key_reused: 'The idempotency key belongs to another transaction',
  precondition_failed: 'The precondition does not hold',
  rate_limited: 'The limit of the caller is reached',
  conflict_state: 'The current state does not allow this',
  too_old: 'The requested height is not available',
  cursor_gone: 'The cursor is too old',
  block_gone: 'No node reaches back so far',
  too_large: 'The body is too large',
  value_too_large: 'The value on the chain is too large',
  value_unreadable: 'The value on the chain has an unknown form',
  collection_unreadable: 'The collection has an unknown layout',
  method_not_allowed: 'The method is not allowed here',
  unsupported_media_type: 'The body has a form that is not accepted',
  uri_too_long: 'The URL is too long',
  headers_too_large: 'The headers are too large',
  expectation_failed: 'The expectation cannot be met',
  timed_out: 'The time is over',
  chain_unavailable: 'No node answers',
  overloaded: 'Too many requests are at work',
  store_unavailable: 'The database is not available',
  issuer_unavailable: 'The issuer of the token cannot be reached',
  not_cached: 'The value is not cached',
};

/** RFC 9457. */
export interface ProblemDetails {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode | 'internal_error';
  readonly retryable: boolean;
  readonly requestId: string;
  readonly errors?: readonly FieldError[];
  readonly reason?: string;
  readonly nodeCode?: number;
  readonly oldest?: string;
  readonly lowestHeight?: number;
  /** Where it is kept. */
  readonly explain?: string;
}

export function problemOf(error: LookupError, requestId: string): ProblemDetails {
  const { code, message, retryable, errors, refusal, oldest, lowestHeight } = error;
  const status = statusOf[code];
  const problem = {
    type: 'about:blank',
    title: titles[code],
    status,
    detail: message,
    code,
    retryable,
    requestId,
  } as const;
  return {
    ...problem,
    ...(errors.length > 0 && { errors }),
    ...refusal,
    ...(oldest !== undefined && { oldest }),
    ...(lowestHeight !== undefined && { lowestHeight }),
  };
}

/** A defect of the service. The caller gets the request id; the log has the details. */
export const internalError = (requestId: string): ProblemDetails => ({
  type: 'about:blank',
  title: 'Internal error',
  status: 500,
  detail: 'The request failed because of a defect of the service',
  code: 'internal_error',
  retryable: false,
  requestId,
});

export const notFound = (detail: string): LookupError => new LookupError('not_found', detail);

/** The function ends shortly before Lambda would end it: the request was too slow, which is no defect. */
export const timedOut = (): LookupError =>
  new LookupError('timed_out', 'the request took longer than one request may take', { retryable: true, retryAfter: 2 });

export function bodyTooLarge(maxBytes: number): LookupError {
  const message = `has more than ${maxBytes} bytes`;
  return new LookupError('too_large', `the body ${message}`, { errors: [{ path: 'body', message }] });
}
