import type { PinnedBlock } from '../../domain/block.ts';
import type { Snapshot } from '../../domain/claim.ts';
import { sameValue } from '../../domain/compare.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { knownOnFork, observeAnywhere } from '../observing/observe.ts';
import { isTooLarge } from '../saving/save.ts';
import type { ComparisonContext } from './comparison-context.ts';

/** Reads a record's entity from the chain at a block; undefined: no node can say. */
export async function observedAt(
  block: PinnedBlock,
  record: EntityRecord,
  definition: EntityDefinition,
  { progress }: Snapshot,
  { bases }: ComparisonContext,
  { chain, limits }: Service,
): Promise<Observation | undefined> {
  const before = knownOnFork(progress, record);
  const observing = { definition, ref: record.ref, block, before };
  try {
    return await withDeadline(limits.deadlineMs * (definition.patience ?? 1), async (signal) => {
      const { observation } = await observeAnywhere({ ...observing, signal }, { chain, bases });
      return observation;
    });
  } catch (error) {
    if (error instanceof ChainUnavailable) return undefined;
    throw error;
  }
}

/** A value that was too large to be stored counts as unchanged if it is still too large. */
export const isSame = (record: EntityRecord, seen: Observation): boolean =>
  record.tooLarge ? isTooLarge(seen) : sameValue(record.value, seen.value);

/** Clears its timer when the work ends: thousands of records are read within the deadline of one. */
async function withDeadline<T>(milliseconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), milliseconds).unref();
  try {
    return await work(deadline.signal);
  } finally {
    clearTimeout(timer);
  }
}
