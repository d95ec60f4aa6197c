import type { Answer } from '../domain/answer.ts';
import { ageSeconds, type Snapshot, soundBasis, type Through, verifiedThrough } from '../domain/claim.ts';
import { absentSeconds, type EntityDefinition } from '../domain/entity.ts';
import { newestHead } from '../domain/progress.ts';
import type { CacheEntry } from '../domain/record.ts';
import type { Service } from '../domain/service.ts';
import type { StoredBasis } from './bases.ts';

/** An entry, and what may be claimed of it at this moment. */
export interface Judged {
  readonly entry: CacheEntry;
  readonly snapshot: Snapshot;
  readonly through: Through;
  readonly now: number;
  readonly age: number;
  readonly freshSeconds: number;
}

export function judge(
  definition: EntityDefinition,
  entry: CacheEntry,
  snapshot: Snapshot,
  { clock, memory }: Pick<Service, 'clock' | 'memory'>,
): Judged {
  const now = clock.now();
  const through = verifiedThrough(entry, snapshot, definition.definition, now);
  const head = newestHead(snapshot.progress.head, memory.head());
  return {
    entry,
    snapshot,
    through,
    now,
    // Nobody has seen any tip: then the block's own time is all there is to go by.
    age: ageSeconds(through, head ?? { ...entry.block, seenAt: through.timestamp }, now),
    freshSeconds: entry.value === null ? absentSeconds : definition.freshSeconds(entry.value),
  };
}

export function answerFrom(
  definition: EntityDefinition,
  judged: Judged,
  labels: Pick<Answer, 'source' | 'stale' | 'cache'>,
): Answer {
  const { through, age, freshSeconds } = judged;
  const { ref, value, block } = judged.entry;
  return {
    ref,
    data: value === null ? null : definition.present(ref.id, value, (name) => joinedAt(name, judged)),
    block,
    verifiedThrough: through,
    age,
    freshSeconds,
    ...labels,
  };
}

/**
 * What a basis joins to the answer: the stored one where it is newer than the entry's own reading of it and no newer
 * than what is claimed, else that reading.
 */
function joinedAt(name: string, { entry, snapshot, through, now }: Judged): object | undefined {
  const rested = entry.bases.find((basis) => basis.name === name);
  if (rested === undefined) return undefined;
  const stored = soundBasis(rested, snapshot, now);
  if (stored?.value == null || stored.block.height < rested.height || stored.block.height > through.height)
    return rested.joined;
  return (stored.value as StoredBasis).joined;
}
