import type { PinnedBlock } from '../../domain/block.ts';
import type { Snapshot } from '../../domain/claim.ts';
import { sameValue } from '../../domain/compare.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { knownOnFork, observeAnywhere } from '../observing/observe.ts';
import { isTooLarge } from '../saving/save.ts';
import type { ComparisonContext } from './comparing.ts';

/** What the chain says of a recorded entity at a block; undefined: no node can tell. */
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
    return await inTime(limits.deadlineMs * (definition.patience ?? 1), async (signal) => {
      const { observation } = await observeAnywhere({ ...observing, signal }, { chain, bases });
      return observation;
    });
  } catch (error) {
    if (error instanceof ChainUnavailable) return undefined;
    throw error;
  }
}

/** What was too large to be kept, and is so still, has not changed as far as anybody could see. */
export const isSame = (record: EntityRecord, seen: Observation): boolean =>
  record.tooLarge ? isTooLarge(seen) : sameValue(record.value, seen.value);

/** What was in time leaves no timer behind: thousands of records are read within the deadline of one. */
async function inTime<T>(milliseconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), milliseconds).unref();
  try {
    return await work(late.signal);
  } finally {
    clearTimeout(timer);
  }
}
