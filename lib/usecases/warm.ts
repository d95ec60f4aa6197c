import pLimit from 'p-limit';
import { type EntityRef, parseRefKey } from '../domain/entity.ts';
import type { Service } from '../domain/service.ts';
import { requestRefresh } from './request-refresh.ts';

const atOnce = 10;

export interface Warming {
  /** At most so many are asked for. */
  readonly limit: number;
  /** Which of what is hot; all of it, when not given. */
  covers?(ref: EntityRef): boolean;
}

/** Has what is read most read again, ahead of its readers and under each one's lease; how many were asked for. */
export async function warm({ limit, covers = () => true }: Warming, service: Service): Promise<number> {
  const { progress, clock, metrics, definitions } = service;
  const hot = (await progress.heat(clock.now())).map(parseRefKey);
  const wanted = hot.filter((ref) => definitions.has(ref.kind) && covers(ref)).slice(0, limit);
  const asked = await pLimit(atOnce).map(wanted, (ref) => requestRefresh(ref, service));
  const warmed = asked.filter(Boolean).length;
  if (warmed > 0) metrics.count('Warmed', warmed);
  return warmed;
}
