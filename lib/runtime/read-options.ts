import { type FieldError, InvalidRequest } from '../domain/errors.ts';
import type { ReadOptions } from '../domain/freshness.ts';

type Parsed = { -readonly [Name in keyof ReadOptions]: ReadOptions[Name] };

/** `max-stale` without seconds accepts any age. `max-age` and `stale-if-error` require seconds. */
const directives: Readonly<
  Record<string, { readonly seconds: 'none' | 'may' | 'must'; apply(options: Parsed, seconds: number): void }>
> = {
  'no-cache': { seconds: 'none', apply: (options) => (options.noCache = true) },
  // A copy of another cache is not acceptable; this service's cache checks its own copies.
  'no-store': { seconds: 'none', apply: (options) => (options.noCache = true) },
  'no-transform': { seconds: 'none', apply: () => undefined },
  'only-if-cached': { seconds: 'none', apply: (options) => (options.onlyIfCached = true) },
  'max-age': { seconds: 'must', apply: (options, seconds) => (options.maxAge = seconds) },
  'max-stale': { seconds: 'may', apply: (options, seconds) => (options.maxStale = seconds) },
  'stale-if-error': { seconds: 'must', apply: (options, seconds) => (options.staleIfError = seconds) },
};

/** The read options of a request: `Cache-Control` (RFC 9111, 5.2.1; RFC 5861, 4) and `?minHeight`. Throws InvalidRequest. */
export function readOptionsOf(cacheControl: string | undefined, minHeight: string | undefined): ReadOptions {
  const options: Parsed = { noCache: false, onlyIfCached: false };
  const errors: FieldError[] = [];
  const wrong = (path: string, message: string): void => void errors.push({ path, message });

  for (const part of (cacheControl ?? '').split(',')) {
    const [name = '', value, ...rest] = part.trim().split('=');
    if (name === '' && value === undefined) continue;
    const directive = Object.hasOwn(directives, name.toLowerCase()) ? directives[name.toLowerCase()] : undefined;
    if (directive === undefined) {
      wrong('Cache-Control', `"${name.slice(0, 40)}" is not a supported request directive`);
      continue;
    }
    const text = value?.trim().replace(/^"(.*)"$/, '$1');
    const takesNone = directive.seconds === 'none';
    const missing = text === undefined;
    if (missing ? directive.seconds === 'must' : takesNone || rest.length > 0 || !/^\d{1,15}$/.test(text)) {
      wrong('Cache-Control', `${name} takes ${takesNone ? 'no value' : 'a whole number of seconds'}`);
      continue;
    }
    directive.apply(options, missing ? Number.POSITIVE_INFINITY : Number(text));
  }
  if (minHeight !== undefined) {
    if (/^\d{1,15}$/.test(minHeight)) options.minHeight = Number(minHeight);
    else wrong('minHeight', 'must be a block height: a whole number of up to 15 digits');
  }
  if (errors.length > 0) throw new InvalidRequest(errors);
  return options;
}
