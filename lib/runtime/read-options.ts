import { type FieldError, InvalidRequest } from '../domain/errors.ts';
import type { ReadOptions } from '../domain/freshness.ts';

type Parsed = { -readonly [Name in keyof ReadOptions]: ReadOptions[Name] };

/** `max-stale` without seconds accepts any age. The others that take a time require it. */
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
  'min-fresh': { seconds: 'must', apply: (options, seconds) => (options.minFresh = seconds) },
  'stale-if-error': { seconds: 'must', apply: (options, seconds) => (options.staleIfError = seconds) },
};

/** The read options of a request: `Cache-Control` (RFC 9111, 5.2.1; RFC 5861, 4) and `?minHeight`. Throws InvalidRequest. */
export function readOptionsOf(cacheControl: string | undefined, minHeight: string | undefined): ReadOptions {
  const options: Parsed = { noCache: false, onlyIfCached: false };
  const errors: FieldError[] = [];
  const wrong = (path: string, message: string): void => void errors.push({ path, message });

  for (const part of elementsOf(cacheControl ?? '')) {
    const [written = '', value, ...rest] = part.split('=');
    const name = written.trim();
    const directive = Object.hasOwn(directives, name.toLowerCase()) ? directives[name.toLowerCase()] : undefined;
    // RFC 9111, 5.2: a directive that a cache does not know is ignored.
    if (directive === undefined) continue;
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

/** The elements of a list header. A comma inside a quoted string separates nothing (RFC 9110, 5.6). */
function elementsOf(header: string): string[] {
  const elements: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < header.length; at += 1) {
    if (isQuoted && header[at] === '\\') at += 1;
    else if (header[at] === '"') isQuoted = !isQuoted;
    else if (header[at] === ',' && !isQuoted) {
      elements.push(header.slice(start, at));
      start = at + 1;
    }
  }
  return [...elements, header.slice(start)];
}
