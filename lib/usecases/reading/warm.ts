import pLimit from 'p-limit';
import { type EntityRef, parseRefKey } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';
import { requestRefresh } from './request-refresh.ts';

const atOnce = 10;

export interface Warming {
  /** At most so many are asked for. */
  readonly limit: number;
  /** Which of what is hot; all of it, when not given. */
  covers?(ref: EntityRef): boolean;
  /** Only what rests on one of these bases, as far as the cache knows. */
  readonly restingOn?: readonly string[];
}

/** How many of the hottest are looked up for what they rest on, for each one that may be read again. */
const lookedUp = 2;

/** Has what is read most read again, ahead of its readers and under each one's lease; how many were asked for. */
export async function warm({ limit, covers = () => true, restingOn }: Warming, service: Service): Promise<number> {
  const { progress, clock, metrics, definitions } = service;
  const hot = (await progress.hotKeys(clock.now())).map(parseRefKey);
  const covered = hot.filter((ref) => definitions.has(ref.kind) && covers(ref));
  const resting = restingOn && (await thoseRestingOn(restingOn, covered.slice(0, limit * lookedUp), service));
  const wanted = (resting ?? covered).slice(0, limit);
  const asked = await pLimit(atOnce).map(wanted, (ref) => requestRefresh(ref, service));
  const warmed = asked.filter(Boolean).length;
  if (warmed > 0) metrics.count('Warmed', warmed);
  return warmed;
}

async function thoseRestingOn(
  names: readonly string[],
  refs: readonly EntityRef[],
  { cache }: Pick<Service, 'cache'>,
): Promise<EntityRef[]> {
  const entries = await pLimit(atOnce).map(refs, (ref) => cache.get(ref));
  return refs.filter((_, index) => entries[index]?.bases.some(({ name }) => names.includes(name)));
}
