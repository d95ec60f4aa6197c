import { InvalidCallError } from './errors.ts';

/** What a reader accepts. Times are whole seconds. Left out: what the service does by itself (cache, chain, database). */
export interface FreshnessOptions {
  /** A cached answer only if it is known to hold within so many seconds. */
  readonly maxAge?: number | undefined;
  /** true: an expired cached answer will do; a number: one that is expired by at most so many seconds. */
  readonly preferCache?: boolean | number | undefined;
  /** true: not from the cache. */
  readonly forceRefresh?: boolean | undefined;
  /** false: never from the database; a number: from the database if at most so many seconds behind the chain. */
  readonly fallbackToDatabase?: boolean | number | undefined;
  /** A cached answer only if it stays fresh for so many seconds. */
  readonly minFresh?: number | undefined;
  /** true: never from the chain. */
  readonly onlyIfCached?: boolean | undefined;
}

/** `Cache-Control` of a request (RFC 9111, 5861); undefined: nothing is asked for. */
export function cacheControlOf(options: FreshnessOptions): string | undefined {
  const { maxAge, preferCache, forceRefresh, fallbackToDatabase, minFresh, onlyIfCached } = options;
  const directives = [
    forceRefresh && 'no-cache',
    maxAge !== undefined && seconds('max-age', maxAge),
    preferCache === true && 'max-stale',
    typeof preferCache === 'number' && seconds('max-stale', preferCache),
    fallbackToDatabase === false && 'stale-if-error=0',
    typeof fallbackToDatabase === 'number' && seconds('stale-if-error', fallbackToDatabase),
    minFresh !== undefined && seconds('min-fresh', minFresh),
    onlyIfCached && 'only-if-cached',
  ].filter((directive) => typeof directive === 'string');
  return directives.length === 0 ? undefined : directives.join(', ');
}

function seconds(directive: string, value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidCallError(`${directive} takes whole seconds`);
  return `${directive}=${value}`;
}
