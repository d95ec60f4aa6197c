import { LOGIC_VERSION } from '../../domain/progress.ts';
import type { CacheEntry, EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

const cacheDays = 35;

/** What the cache keeps of a record. */
export const entryOf = (record: EntityRecord): CacheEntry => {
  const { ref, value, block, bases, definition, validUntil, sequence, fork, logicVersion, trackedUntil } = record;
  const { tooLarge, conflict } = record;
  return {
    ref,
    value,
    block,
    bases,
    definition,
    validUntil,
    sequence,
    fork,
    logicVersion,
    trackedUntil,
    tooLarge,
    conflict,
  };
};

/** An absence without a record: it claims nothing beyond its own block. */
export const absenceEntry = ({ ref, block, bases, definition }: Observation, fork: number): CacheEntry => ({
  ref,
  value: null,
  block,
  bases,
  definition,
  validUntil: null,
  sequence: 0,
  fork,
  logicVersion: LOGIC_VERSION,
  trackedUntil: null,
  tooLarge: false,
  conflict: null,
});

/** Dropped by the table days after the claim has ended; never deleted by us. */
export function putEntry(entry: CacheEntry, { cache, clock }: Pick<Service, 'cache' | 'clock'>): Promise<void> {
  const days = entry.sequence === 0 ? 1 : cacheDays;
  return cache.put(entry, Math.ceil(clock.now() / 1000) + days * 86_400);
}
