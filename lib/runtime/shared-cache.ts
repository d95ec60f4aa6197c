import type { Reads } from '../domain/audience.ts';
import type { ReadOptions } from '../domain/freshness.ts';

/** Whether a cache that several callers share may keep the answer to a request. */
export type Sharing = 'public' | 'private';

/**
 * Rule ACCESS-30: only where anyone may read it, and where the caller asks for nothing that its URL does not say: a CDN does not look at
 * `Cache-Control` of a request, and would give one caller's `no-cache`, or its wait, to the next one.
 */
export function sharingOf(reads: Reads, { noCache, onlyIfCached, ...options }: ReadOptions, waits = false): Sharing {
  const { minHeight: _, ...limits } = options;
  const asks = noCache || onlyIfCached || waits || Object.values(limits).some((limit) => limit !== undefined);
  return reads === 'open' && !asks ? 'public' : 'private';
}

/**
 * `Cache-Control` of an answer that holds for so many seconds (RFC 9111, 5.2.2). A shared cache must ask again after that, also where it
 * cannot reach the service or gets an error (RFC 5861; CloudFront does not look at `must-revalidate`): an older answer is labelled by the
 * service alone. An answer that is stale already is not kept.
 */
export const keepFor = (seconds: number, sharing: Sharing): string =>
  sharing === 'public' && seconds > 0
    ? `public, max-age=${seconds}, must-revalidate, stale-if-error=0`
    : `private, max-age=${seconds}`;
