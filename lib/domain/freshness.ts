/** What a caller asked for, in HTTP's terms (RFC 9111, 5861); all seconds. */
export interface ReadOptions {
  readonly noCache: boolean;
  readonly onlyIfCached: boolean;
  readonly maxAge?: number;
  /** Infinity where any age will do. */
  readonly maxStale?: number;
  /** How old a database answer may be when no node answers; 0: none at all. */
  readonly staleIfError?: number;
  readonly minHeight?: number;
  /** Nobody waits for it: the service reads ahead of need, which counts as no answer. */
  readonly aheadOfNeed?: true;
}

export const defaultReadOptions: ReadOptions = { noCache: false, onlyIfCached: false };

/** `due`: still fresh, but old enough to be refreshed ahead of need. */
export type Freshness = 'fresh' | 'due' | 'stale-allowed' | 'expired';

/** Past this share of its limit an answer is refreshed ahead of need. */
const softShare = 2 / 3;

/** How a cached answer of this age may be used; `limit` is the kind's own. */
export function freshness(age: number, limit: number, wishes: ReadOptions): Freshness {
  const hard = limitFor(limit, wishes);
  if (age <= hard) return age > hard * softShare && hard === limit ? 'due' : 'fresh';
  return age <= hard + (wishes.maxStale ?? -1) ? 'stale-allowed' : 'expired';
}

/** A caller may ask for a shorter limit than the kind's, never for a longer one. */
export const limitFor = (limit: number, wishes: ReadOptions): number => Math.min(limit, wishes.maxAge ?? limit);
