import { refKey } from '../../domain/entity.ts';
import { LOGIC_VERSION } from '../../domain/progress.ts';
import { withoutEvidence } from '../../domain/proof.ts';
import type { CacheEntry, EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

const cacheDays = 35;
/** An absence without a record is fresh for some seconds; the table need not keep it longer than callers may want it stale. */
const absenceSeconds = 120;

/**
 * Rules SAVE-4 and SAVE-7: keeps the entry unless the cache has a newer one. The table drops it days after its claim has
 * ended; this service never deletes one. Throws StoreUnavailable.
 */
export function putEntry(entry: CacheEntry, { cache, clock }: Pick<Service, 'cache' | 'clock'>): Promise<void> {
  const seconds = entry.sequence === 0 ? absenceSeconds : cacheDays * 86_400;
  return cache.put(entry, Math.ceil(clock.now() / 1000) + seconds);
}

/** Puts the entry of a record in conflict: from now on a miss, in the memory of this process too (rule CONFLICT-2). */
export async function putDisputedEntry(
  record: EntityRecord,
  service: Pick<Service, 'cache' | 'clock' | 'memory' | 'snapshots'>,
): Promise<void> {
  const entry = entryOf(record);
  service.memory.remember(refKey(record.ref), { entry, snapshot: await service.snapshots.current() });
  await putEntry(entry, service);
}

/** What the cache keeps of a record. */
export const entryOf = (record: EntityRecord): CacheEntry => {
  const { ref, value, block, bases, definition, validUntil, sequence, fork, logicVersion, trackedUntil } = record;
  const { tooLarge, conflict, proof } = record;
  return {
    ref,
    value,
    block,
    bases,
    definition,
    validUntil,
    ...(proof !== undefined && { proof: withoutEvidence(proof) }),
    sequence,
    fork,
    logicVersion,
    trackedUntil,
    tooLarge,
    conflict,
  };
};

/** An absence without a record (rule KIND-1): it claims nothing beyond its own block. */
export const absenceEntry = ({ ref, block, bases, definition, proof }: Observation, fork: number): CacheEntry => ({
  ref,
  value: null,
  block,
  bases,
  definition,
  validUntil: null,
  ...(proof !== undefined && { proof: withoutEvidence(proof) }),
  sequence: 0,
  fork,
  logicVersion: LOGIC_VERSION,
  trackedUntil: null,
  tooLarge: false,
  conflict: null,
});
