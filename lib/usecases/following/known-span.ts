import { eraBasis, eraKey } from '../../domain/basis.ts';
import type { StateKey } from '../../domain/block.ts';
import { verifiedThrough } from '../../domain/claim.ts';
import { refKey } from '../../domain/entity.ts';
import type { EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { basisRef } from '../process/snapshots.ts';
import { basisNames } from '../store-access.ts';
import type { RefreshContext } from './following.ts';

/**
 * Rule PAST-5: what sync knows from the batch. The value before held through the block before the first one that wrote any of its
 * keys or bases; what was seen at the batch's last block held since the last such block. Nothing more than what was claimed, and
 * the last block itself, where blocks were not seen, or where the value changes as time passes.
 */
export async function knownSpan(
  before: EntityRecord | undefined,
  seen: Observation,
  { batch, snapshot, found }: RefreshContext,
  { snapshots, clock }: Pick<Service, 'snapshots' | 'clock'>,
): Promise<{ readonly through: number; readonly since: number }> {
  const { last, from, written } = batch;
  const isTimed = seen.validUntil !== null || (before !== undefined && before.validUntil !== null);
  const isBlind = batch.unseen !== undefined || isTimed;
  const since = isBlind ? last.height : Math.max(from, ...writesOf(seen));
  const cursor = snapshot.progress.cursor?.height;
  if (before === undefined || cursor === undefined) return { through: 0, since };
  const whole = await snapshots.withBases(snapshot, basisNames(before));
  const { height } = verifiedThrough(before, whole, before.definition, clock.now());
  if (isBlind || height < cursor) return { through: height, since };
  const first = Math.min(...writesOf(before), last.height + 1);
  return { through: Math.max(height, first - 1), since };

  function writesOf({ readSet, bases }: Pick<Observation, 'readSet' | 'bases'>): number[] {
    const at = (key: StateKey) => written.get(key) ?? [];
    const ofBases = bases.flatMap(({ name }) =>
      name === eraBasis ? at(eraKey) : (found.get(refKey(basisRef(name)))?.writtenAt ?? []),
    );
    return [...readSet.flatMap(at), ...ofBases].filter((height) => height >= from);
  }
}
