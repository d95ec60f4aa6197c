import { type FieldError, InvalidRequest } from '../domain/errors.ts';
import type { ReadOptions } from '../domain/freshness.ts';
import type { PastQuery } from '../usecases/reading/lookup-at.ts';

/** Rule PAST-1: what is about the newest value alone, and says nothing of a block that is named. */
const ages = [
  ['maxAge', 'max-age'],
  ['maxStale', 'max-stale'],
  ['minFresh', 'min-fresh'],
  ['staleIfError', 'stale-if-error'],
] as const;

/** `?at` of a request; undefined where it is left out. Throws InvalidRequest. */
export function pastQueryOf(
  { at, wait }: Readonly<Record<string, string | undefined>>,
  options: ReadOptions,
): PastQuery | undefined {
  if (at === undefined) return undefined;
  const errors: FieldError[] = [];
  const wrong = (path: string, message: string): void => void errors.push({ path, message });
  if (!/^\d{1,15}$/.test(at)) wrong('at', 'must be a block height: a whole number of up to 15 digits');
  if (options.minHeight !== undefined) wrong('minHeight', 'asks for the newest value, and at names one block');
  if (wait !== undefined) wrong('wait', 'waits for a change, and what was at a block does not change');
  for (const [option, name] of ages)
    if (options[option] !== undefined)
      wrong('Cache-Control', `${name} is about the age of the newest value, and at names one block`);
  if (errors.length > 0) throw new InvalidRequest(errors);
  const { noCache, onlyIfCached } = options;
  return { at: Number(at), noCache, onlyIfCached };
}
