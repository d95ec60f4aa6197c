import { isAboveKnownHeads, isUnusable } from '../../domain/claim.ts';
import type { Freshness } from '../../domain/freshness.ts';
import { basisNames } from '../store-access.ts';
import { type Judged, judge } from './answer-from.ts';
import { noteUnused } from './hops.ts';
import type { LookupContext } from './lookup-context.ts';

/** Step 1: the entry in this process's memory if it is fresh, else the entry in the cache table; undefined: a miss. */
export async function fromCache(
  { ref, key, definition, snapshot, service }: LookupContext,
  use: (judged: Judged) => Freshness,
): Promise<Judged | undefined> {
  const remembered = service.memory.entry(key);
  if (remembered?.entry.conflict === null && !(snapshot && isUnusable(remembered.entry, snapshot.progress))) {
    // Rule CLAIM-6: judged by the snapshot that it was read under.
    const judged = judge(definition, remembered.entry, remembered.snapshot, service);
    if (use(judged) === 'fresh') return judged;
  }
  if (snapshot === undefined) return noteUnused(key, 'not used', 'the store is not available');
  // Rule CLAIM-1: the snapshot was read before this read begins.
  const entry = await service.cache.get(ref);
  if (entry === undefined) return noteUnused(key, 'miss');
  if (isUnusable(entry, snapshot.progress))
    return noteUnused(key, 'not used', 'too large, invalidated or of another fork');
  // Rule CONFLICT-2: readers of a record in dispute go to the chain.
  if (entry.conflict !== null) return noteUnused(key, 'not used', `in dispute: conflict ${entry.conflict.id}`);
  if (entry.definition !== definition.definition)
    return noteUnused(key, 'not used', 'of another definition of its kind');
  // Rule SAVE-8.
  if (isAboveKnownHeads(entry, snapshot.progress, service.memory.head()))
    return noteUnused(key, 'not used', 'of a block above every known head');
  const whole = await service.snapshots.withBases(snapshot, basisNames(entry));
  service.memory.remember(key, { entry, snapshot: whole });
  return judge(definition, entry, whole, service);
}
