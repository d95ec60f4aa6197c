import type { BuiltRequest } from './build-request.ts';
import type { ClientError } from './errors.ts';
import type { OperationId } from './methods.ts';

const firstPauseMs = 250;
const longestPauseMs = 8_000;

/** The service does these once, or they change nothing, however often they come. */
const repeatablePosts: readonly OperationId[] = ['lookup', 'refreshAccount', 'submitTransaction'];

/** Milliseconds before the call is repeated; undefined: it is not. */
export function pauseBefore(
  attempt: number,
  failure: ClientError,
  { id, request, random }: { readonly id: OperationId; readonly request: BuiltRequest; readonly random: () => number },
): number | undefined {
  const { retryable, status, retryAfter } = failure;
  // An absence is an answer. It may change later, for which `waitForTransaction` waits.
  if (!retryable || status === 404) return undefined;
  // A request over the limit was not begun; every other one may have been done.
  if (status !== 429 && !isRepeatable(id, request)) return undefined;
  const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);
  return retryAfter === undefined ? pause * (0.5 + random() / 2) : retryAfter * 1_000 + random() * firstPauseMs;
}

function isRepeatable(id: OperationId, { method, headers }: BuiltRequest): boolean {
  if (method === 'GET') return true;
  // With a condition the second request would be refused because the first has succeeded.
  if (method === 'PUT') return headers['if-match'] === undefined && headers['if-none-match'] === undefined;
  return repeatablePosts.includes(id);
}
