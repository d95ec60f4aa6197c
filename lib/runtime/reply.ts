import { hash } from 'node:crypto';
import type { Answer } from '../domain/answer.ts';
import { LookupError } from '../domain/errors.ts';
import { type ProblemDetails, problemOf } from './problem.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** undefined: no body; a string is sent as it is, everything else as JSON. */
  readonly body: unknown;
}

export const jsonReply = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body,
});

/** A table for spreadsheets (RFC 4180). `next`: the URL of the next page. */
export const csvReply = (csv: string, next: string | null): Reply => ({
  status: 200,
  headers: {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'cache-control': 'no-store',
    ...(next !== null && { link: `<${next}>; rel="next"` }),
  },
  body: csv,
});

/**
 * A page for a person. The page has no script, loads nothing and cannot be framed. The browser applies only the stylesheet
 * whose digest the policy names, and blocks everything else (CSP Level 3).
 */
export const htmlReply = (document: string, style: string): Reply => ({
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': [
      "default-src 'none'",
      `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'referrer-policy': 'no-referrer',
    vary: 'accept',
    'x-content-type-options': 'nosniff',
  },
  body: document,
});

export const problemReply = (problem: ProblemDetails, retryAfter?: number): Reply => ({
  status: problem.status,
  headers: {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  },
  body: problem,
});

/** RFC 9110, 15.5.6: `allow` names the methods that the path takes. */
export const methodNotAllowedReply = (method: string, allow: string, requestId: string): Reply => {
  const error = new LookupError(
    'method_not_allowed',
    `this path does not take ${method.slice(0, 20)}; it takes ${allow}`,
  );
  const reply = errorReply(error, requestId);
  return { ...reply, headers: { ...reply.headers, allow } };
};

export const emptyReply = (status: 204, headers: Readonly<Record<string, string>>): Reply => ({
  status,
  headers: { 'cache-control': 'no-store', ...headers },
  body: undefined,
});

export const errorReply = (error: LookupError, requestId: string): Reply =>
  problemReply(problemOf(error, requestId), error.retryAfter);

/** The `meta` member: the source of the answer, and how current it is. */
export const metaOf = (answer: Answer, requestId: string) => ({
  source: answer.source,
  stale: answer.stale,
  block: answer.block,
  verifiedThrough: { height: answer.verifiedThrough.height, timestamp: answer.verifiedThrough.timestamp },
  age: answer.age,
  requestId,
  ...(answer.conflict === null ? {} : { conflict: answer.conflict }),
});

/** 200, 304, or 404 with the block at which the entity does not exist. */
export function answerReply(answer: Answer, requestId: string, ifNoneMatch?: string): Reply {
  const meta = metaOf(answer, requestId);
  if (answer.data === null) {
    const absence = absenceOf(answer);
    const { status, headers, body } = errorReply(absence, requestId);
    return { status, headers: { ...headers, ...freshnessHeaders(answer) }, body: { ...(body as object), meta } };
  }
  const headers = { ...freshnessHeaders(answer), etag: etagOf(answer.data) };
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, headers.etag)) return { status: 304, headers, body: undefined };
  return {
    status: 200,
    headers: { ...headers, 'content-type': 'application/json' },
    body: { data: answer.data, meta },
  };
}

/** The chain has no such entity. What may still arrive is worth another request once this answer is no longer fresh. */
export const absenceOf = ({ ref, block, mayArrive, freshSeconds }: Answer): LookupError =>
  new LookupError('not_found', `the chain has no such ${ref.kind} at block ${block.height}`, {
    retryable: mayArrive,
    ...(mayArrive && { retryAfter: freshSeconds }),
  });

const freshnessHeaders = ({ age, stale, freshSeconds, cache, verifiedThrough, conflict }: Answer) => ({
  age: String(age),
  'cache-control': `max-age=${stale || conflict !== null ? 0 : freshSeconds}`,
  'cache-status': `astake-lookup; ${cacheStatus[cache]}`,
  'casper-block-height': String(verifiedThrough.height),
});

/** RFC 9211. */
const cacheStatus: Record<Answer['cache'], string> = {
  hit: 'hit',
  'stale-hit': 'hit; ttl=-1',
  miss: 'fwd=miss',
  collapsed: 'fwd=miss; collapsed',
  stale: 'fwd=stale',
  request: 'fwd=request',
};

/** A weak tag of `data` alone: it stays the same when the same value is read at a later block. */
const etagOf = (data: object): string => `W/"${hash('sha256', JSON.stringify(data), 'base64url').slice(0, 27)}"`;

/** RFC 9110, 13.1.2: weak comparison with a list of tags, or with `*`. */
function matches(ifNoneMatch: string, etag: string): boolean {
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => opaque(tag) === opaque(etag));
}
