import pLimit from 'p-limit';
import { type EntityRef, parseRefKey } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';
import { syncIsLate } from './answer-from.ts';
import { requestRefresh } from './request-refresh.ts';

/** Stores which keys this process serves most, at most once a minute: all processes warm them together. */
export async function reportHotKeys({
  traffic,
  progress,
  clock,
  log,
}: Pick<Service, 'traffic' | 'progress' | 'clock' | 'log'>): Promise<void> {
  if (!traffic.hotKeysAreDue) return;
  const saved = progress.saveHotKeys(traffic.process, traffic.drainHotKeys(), clock.now());
  await saved.catch(() => log.warn('hot keys were not stored'));
}

export interface WarmRequest {
  /** The greatest number of refreshes to ask for. */
  readonly limit: number;
  /** Which hot keys; all of them, where this is left out. */
  covers?(ref: EntityRef): boolean;
  /** Only hot keys whose cache entries depend on one of these bases. */
  readonly dependingOn?: readonly string[];
}

const atOnce = 10;
/** How many cache entries are read for each refresh that may be asked for. */
const lookedUp = 2;

/** Asks for refreshes of hot keys ahead of their readers, each under the key's lease; gives how many were asked for. */
export async function warm(
  { limit, covers = () => true, dependingOn }: WarmRequest,
  service: Service,
): Promise<number> {
  const { progress, clock, metrics, definitions, snapshots } = service;
  // Rule LIMIT-2: what sync itself warms must not add to its load while it is late.
  if (dependingOn !== undefined && syncIsLate((await snapshots.renewed()).progress, service)) return 0;
  const hot = (await progress.hotKeys(clock.now())).map(parseRefKey);
  const covered = hot.filter((ref) => definitions.has(ref.kind) && covers(ref));
  const dependent = dependingOn && (await withBasisIn(dependingOn, covered.slice(0, limit * lookedUp), service));
  const wanted = (dependent ?? covered).slice(0, limit);
  const asked = await pLimit(atOnce).map(wanted, (ref) => requestRefresh(ref, service));
  const warmed = asked.filter(Boolean).length;
  if (warmed > 0) metrics.count('Warmed', warmed);
  return warmed;
}

async function withBasisIn(
  names: readonly string[],
  refs: readonly EntityRef[],
  { cache }: Pick<Service, 'cache'>,
): Promise<EntityRef[]> {
  const entries = await pLimit(atOnce).map(refs, (ref) => cache.get(ref));
  return refs.filter((_, index) => entries[index]?.bases.some(({ name }) => names.includes(name)));
}
