import type { Cause } from './record.ts';

/** What a caller asks of one read: the request directives of HTTP caching (RFC 9111, RFC 5861). All times are in seconds. */
export interface ReadOptions {
  /** Read the chain, even when the cache has a fresh answer (`no-cache`). */
  readonly noCache: boolean;
  /** Answer without asking a node, or not at all (`only-if-cached`). */
  readonly onlyIfCached: boolean;
  /** The highest acceptable age (`max-age`). It can only shorten the limit of the kind. */
  readonly maxAge?: number;
  /** For how many more seconds the answer must stay within its limit (`min-fresh`). */
  readonly minFresh?: number;
  /** By how much the age may exceed the limit (`max-stale`); Infinity: by any amount. */
  readonly maxStale?: number;
  /** The highest acceptable age of an answer from the database when no node answers (`stale-if-error`); 0: no such answer. */
  readonly staleIfError?: number;
  /** The answer must be verified through this block height or a later one. */
  readonly minHeight?: number;
  /** The service itself reads ahead of need: no caller waits, and the answer is not counted. */
  readonly aheadOfNeed?: true;
  /** What was submitted here and no node shows is an absence, and not the submission (rule SUBMIT-5). */
  readonly asNodesSay?: true;
  /** Why the entity is read, and on whose behalf: for the audit entry of what is saved. Left out: a lookup, by the service. */
  readonly because?: { readonly cause: Cause; readonly actor: string };
}

export const defaultReadOptions: ReadOptions = { noCache: false, onlyIfCached: false };

/**
 * `fresh`: may be served. `due`: may be served, and should be refreshed ahead of need. `late`: past its limit while sync is
 * late, and within the longer limit of that time. `stale-allowed`: past its limit, but within the caller's `max-stale`.
 * `expired`: must not be served from the cache.
 */
export type Freshness = 'fresh' | 'due' | 'late' | 'stale-allowed' | 'expired';

/** How old a value may be, in seconds. */
export interface AgeLimits {
  /** The kind's own limit (`freshSeconds`). */
  readonly fresh: number;
  /** The longer limit while sync is late (rule LIMIT-1); 0: sync is not late. */
  readonly late: number;
  /** See `claimHasEnded` in claim.ts: the answer is due for a refresh at any age (rule LIMIT-11). */
  readonly claimHasEnded: boolean;
}

/** Sync is late when its cursor is further behind the head than this: two ticks, in seconds. */
export const normalLagSeconds = 60;
/** Past this share of its limit an answer is due for a refresh, and at any age once its claim has ended. */
const softShare = 2 / 3;

/**
 * How a cached answer of this age (seconds, see `ageSeconds`) may be used. A limit that the caller has shortened makes no
 * answer `due`: the refresh serves all callers, so the kind's limit decides.
 */
export function freshness(age: number, limits: AgeLimits, options: ReadOptions): Freshness {
  const { maxAge = Number.POSITIVE_INFINITY, maxStale, minFresh = 0 } = options;
  const hard = Math.min(limits.fresh, maxAge) - minFresh;
  const isOld = age > hard * softShare && hard === limits.fresh;
  if (age <= hard) return (isOld || limits.claimHasEnded) && leansOnSync(limits) ? 'due' : 'fresh';
  // A caller that names its own limits gets no older answer than they allow.
  if (maxStale !== undefined) return age <= hard + maxStale ? 'stale-allowed' : 'expired';
  return minFresh === 0 && leansOnSync(limits) && age <= Math.min(limits.late, maxAge) ? 'late' : 'expired';
}

/** What must be younger than sync's ordinary lag is read again anyway: that sync is late changes nothing for it. */
const leansOnSync = ({ fresh }: AgeLimits): boolean => fresh >= normalLagSeconds;
