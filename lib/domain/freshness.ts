/** What a caller asks of one read: the request directives of HTTP caching (RFC 9111, RFC 5861). All times are in seconds. */
export interface ReadOptions {
  /** Read the chain, even when the cache has a fresh answer (`no-cache`). */
  readonly noCache: boolean;
  /** Answer without asking a node, or not at all (`only-if-cached`). */
  readonly onlyIfCached: boolean;
  /** The highest acceptable age (`max-age`). It can only shorten the limit of the kind. */
  readonly maxAge?: number;
  /** By how much the age may exceed the limit (`max-stale`); Infinity: by any amount. */
  readonly maxStale?: number;
  /** The highest acceptable age of an answer from the database when no node answers (`stale-if-error`); 0: no such answer. */
  readonly staleIfError?: number;
  /** The answer must be verified through this block height or a later one. */
  readonly minHeight?: number;
  /** The service itself reads ahead of need: no caller waits, and the answer is not counted. */
  readonly aheadOfNeed?: true;
}

export const defaultReadOptions: ReadOptions = { noCache: false, onlyIfCached: false };

/**
 * `fresh`: may be served. `due`: may be served, and should be refreshed ahead of need. `stale-allowed`: past its limit, but
 * within the caller's `max-stale`. `expired`: must not be served from the cache.
 */
export type Freshness = 'fresh' | 'due' | 'stale-allowed' | 'expired';

/** Past this share of its limit an answer is due for a refresh. */
const softShare = 2 / 3;

/**
 * How a cached answer of this age (seconds, see `ageSeconds`) may be used. `limit` is the kind's own limit (`freshSeconds`).
 * A limit that the caller has shortened makes no answer `due`: the refresh serves all callers, so the kind's limit decides.
 */
export function freshness(age: number, limit: number, options: ReadOptions): Freshness {
  const hard = limitFor(limit, options);
  if (age <= hard) return age > hard * softShare && hard === limit ? 'due' : 'fresh';
  return age <= hard + (options.maxStale ?? -1) ? 'stale-allowed' : 'expired';
}

/** The limit that holds for this caller, in seconds: the kind's own, or a shorter one that the caller asks for. */
const limitFor = (limit: number, options: ReadOptions): number => Math.min(limit, options.maxAge ?? limit);
