import type { PinnedBlock } from '../../domain/chain.ts';
import type { Snapshot } from '../../domain/claim.ts';
import { sameValue } from '../../domain/compare.ts';
import { abortIn } from '../../domain/deadline.ts';
import type { EntityDefinition } from '../../domain/entity.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { knownOn, observeAnywhere } from '../observe.ts';
import { isTooLarge } from '../save.ts';
import type { Comparing } from './comparing.ts';

/** What the chain says of a recorded entity at a block; undefined: no node can tell. */
export async function observedAt(
  block: PinnedBlock,
  record: EntityRecord,
  definition: EntityDefinition,
  { progress }: Snapshot,
  { bases }: Comparing,
  { chain, limits }: Service,
): Promise<Observation | undefined> {
  const signal = abortIn(limits.deadlineMs * (definition.patience ?? 1));
  const before = knownOn(progress, record);
  try {
    const observing = { definition, ref: record.ref, block, before, signal };
    return (await observeAnywhere(observing, { chain, bases })).observation;
  } catch (error) {
    if (error instanceof ChainUnavailable) return undefined;
    throw error;
  }
}

/** What was too large to be kept, and is so still, has not changed as far as anybody could see. */
export const isSame = (record: EntityRecord, seen: Observation): boolean =>
  record.tooLarge ? isTooLarge(seen) : sameValue(record.value, seen.value);
