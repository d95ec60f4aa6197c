import { isAboveKnownHeads, isUnusable } from '../../domain/claim.ts';
import type { Freshness } from '../../domain/freshness.ts';
import { basisNames } from '../store-access.ts';
import { type Judged, judge } from './answer-from.ts';
import type { LookupContext } from './lookup-context.ts';

/** What this process remembers, if that is fresh, else what the table has; undefined: a miss. */
export async function fromCache(
  { ref, key, definition, snapshot, service }: LookupContext,
  use: (judged: Judged) => Freshness,
): Promise<Judged | undefined> {
  const remembered = service.memory.entry(key);
  if (remembered?.entry.conflict === null && !(snapshot && isUnusable(remembered.entry, snapshot.progress))) {
    const judged = judge(definition, remembered.entry, remembered.snapshot, service);
    if (use(judged) === 'fresh') return judged;
  }
  if (snapshot === undefined) return undefined;
  // The snapshot was read before the entry is: no claim outruns what sync had done when it was stored.
  const entry = await service.cache.get(ref);
  if (entry === undefined || isUnusable(entry, snapshot.progress)) return undefined;
  // While it is in dispute its readers go to the chain.
  if (entry.conflict !== null) return undefined;
  if (entry.definition !== definition.definition) return undefined;
  if (isAboveKnownHeads(entry, snapshot.progress, service.memory.head())) return undefined;
  const whole = await service.snapshots.withBases(snapshot, basisNames(entry));
  service.memory.remember(key, { entry, snapshot: whole });
  return judge(definition, entry, whole, service);
}
