import { InvalidCallError } from './errors.ts';
import type { FreshnessOptions } from './freshness.ts';

export interface ClientSettings {
  /** The deployment: `https://lookup.example`, with a stage or another path before `/v1` where there is one. */
  readonly url: string | URL;
  /** An API key or a token; a function is asked before each request. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>) | undefined;
  /** How long one call may take, its retries included. 30 seconds. */
  readonly timeoutMs?: number | undefined;
  /** How often a call is repeated after a failure that may pass. 3. */
  readonly retries?: number | undefined;
  /** What reads accept that do not say so themselves. */
  readonly freshness?: FreshnessOptions | undefined;
  /** Reads after a transaction that was submitted here show its block or a later one. true. */
  readonly readOwnWrites?: boolean | undefined;
  /** How many answers are kept for revalidation by ETag; 0: none. 500. */
  readonly cacheEntries?: number | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** Milliseconds of any clock that only rises. */
  readonly now?: (() => number) | undefined;
  /** 0 to 1: spreads retries. */
  readonly random?: (() => number) | undefined;
}

/** The settings with their defaults. Throws an InvalidCallError. */
export function wholeSettings(settings: ClientSettings) {
  if (typeof settings !== 'object' || settings === null)
    throw new InvalidCallError('a client needs settings, with url');
  const { token, timeoutMs = 30_000, retries = 3, freshness = {}, readOwnWrites = true, cacheEntries = 500 } = settings;
  const given = settings.url instanceof URL ? settings.url.href : settings.url;
  if (typeof given !== 'string' || !URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol))
    throw new InvalidCallError('url must be an http or https URL');
  for (const [name, value] of Object.entries({ timeoutMs, retries, cacheEntries }))
    if (!Number.isFinite(value) || value < 0) throw new InvalidCallError(`${name} must be a number, 0 or more`);
  const { origin, pathname } = new URL(given);
  return {
    base: origin + pathname.replace(/\/+$/, ''),
    token,
    timeoutMs,
    retries,
    freshness,
    readOwnWrites,
    cacheEntries,
    fetch: settings.fetch ?? ((...given: Parameters<typeof fetch>) => globalThis.fetch(...given)),
    now: settings.now ?? (() => performance.now()),
    random: settings.random ?? Math.random,
  };
}

export type WholeSettings = ReturnType<typeof wholeSettings>;
