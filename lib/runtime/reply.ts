import { hash } from 'node:crypto';
import type { Answer } from '../domain/answer.ts';
import { LookupError } from '../domain/errors.ts';
import type { ValueProof } from '../domain/proof.ts';
import type { LocalPart } from '../usecases/local-data/read-local-data.ts';
import { matchesWeakly, tagOf } from './entity-tag.ts';
import { type ProblemDetails, problemOf } from './problem.ts';
import { keepFor, type Sharing } from './shared-cache.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** undefined: no body; a string or bytes are sent as they are, everything else as JSON. */
  readonly body: unknown;
}

export const jsonReply = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body,
});

/** A table for spreadsheets (RFC 4180). `next`: the URL of the next page. `fileName`: letters, digits, `.`, `_` and `-`. */
export const csvReply = (csv: string, next: string | null, fileName: string): Reply => ({
  status: 200,
  headers: {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': `attachment; filename="${fileName}"`,
    'cache-control': 'no-store',
    ...(next !== null && { link: `<${next}>; rel="next"` }),
  },
  body: csv,
});

/**
 * A page for a person. The page has no script, loads nothing and cannot be framed. The browser applies only the stylesheet
 * whose digest the policy names, and blocks everything else (CSP Level 3). `next`: the URL of the next page.
 */
export const htmlReply = (document: string, style: string, next: string | null = null): Reply => ({
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
    ...(next !== null && { link: `<${next}>; rel="next"` }),
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

/** Rule LOCAL-5: the one place where an application's own data joins what the chain says. `local`: left out for other callers. */
export const dataOf = (data: object, local: LocalPart | undefined): object =>
  local === undefined || 'unavailable' in local ? data : { ...data, local: local.value };

/** How far the value is proved, in the form of the contract (rule PROOF-2). */
export const proofIn = ({ level, reason, weight, height, unproved }: ValueProof) => ({
  level,
  ...(reason !== null && { reason }),
  ...(weight !== null && { weight }),
  ...(height !== null && { height }),
  unproved,
});

/** The `meta` member: the source of the answer, and how current it is. */
export const metaOf = (answer: Answer, requestId: string, local?: LocalPart) => ({
  source: answer.source,
  stale: answer.stale,
  block: answer.block,
  verifiedThrough: { height: answer.verifiedThrough.height, timestamp: answer.verifiedThrough.timestamp },
  proof: proofIn(answer.proof),
  age: answer.age,
  requestId,
  ...(answer.conflict === null ? {} : { conflict: answer.conflict }),
  ...(local !== undefined && 'unavailable' in local ? { localUnavailable: true } : {}),
});

export interface AnswerOptions {
  readonly ifNoneMatch?: string | undefined;
  readonly local?: LocalPart | undefined;
  /** Default: private. */
  readonly sharing?: Sharing;
}

/** 200, 304, or 404 with the block at which the entity does not exist. */
export function answerReply(
  answer: Answer,
  requestId: string,
  { ifNoneMatch, local, sharing = 'private' }: AnswerOptions = {},
): Reply {
  const meta = metaOf(answer, requestId, answer.data === null ? undefined : local);
  const fresh = freshnessHeaders(answer, local, sharing);
  if (answer.data === null) {
    const absence = absenceOf(answer);
    const { status, headers, body } = errorReply(absence, requestId);
    return { status, headers: { ...headers, ...fresh }, body: { ...(body as object), meta } };
  }
  const data = dataOf(answer.data, local);
  // What could not be read has no tag: a client must not keep it, nor take what it has for current.
  const etag =
    local !== undefined && 'unavailable' in local ? undefined : etagOf(dataOf(answer.tagged ?? answer.data, local));
  const headers = { ...fresh, ...(etag !== undefined && { etag }) };
  if (etag !== undefined && ifNoneMatch !== undefined && matchesWeakly(ifNoneMatch, etag))
    return { status: 304, headers, body: undefined };
  return { status: 200, headers: { ...headers, 'content-type': 'application/json' }, body: { data, meta } };
}

/** The chain has no such entity. What may still arrive is worth another request once this answer is no longer fresh. */
export const absenceOf = ({
  ref,
  block,
  mayArrive,
  freshSeconds,
}: Pick<Answer, 'ref' | 'block' | 'mayArrive' | 'freshSeconds'>): LookupError =>
  new LookupError('not_found', `the chain has no such ${ref.kind} at block ${block.height}`, {
    retryable: mayArrive,
    ...(mayArrive && { retryAfter: freshSeconds }),
  });

/**
 * An answer with local data is for its caller alone, who asks each time whether it is current: the data changes when the caller likes.
 * A shared cache must not give the answer for one caller to another one.
 */
const freshnessHeaders = (
  { age, stale, freshSeconds, cache, verifiedThrough, conflict }: Answer,
  local: LocalPart | undefined,
  sharing: Sharing,
) => ({
  age: String(age),
  'cache-control':
    local === undefined ? keepFor(stale || conflict !== null ? 0 : freshSeconds, sharing) : 'private, no-cache',
  vary: 'authorization',
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
export const etagOf = (data: object): string => `W/${tagOf(JSON.stringify(data))}`;
