import { eraBasis } from '../../domain/basis.ts';
import type { PinnedBlock, StateKey } from '../../domain/block.ts';
import { isOnAbandonedFork, isUnusable, type Snapshot, soundBasis, verifiedThrough } from '../../domain/claim.ts';
import { isEdited, sameValue } from '../../domain/compare.ts';
import type { EntityDefinition, EntityRef } from '../../domain/entity.ts';
import { LOGIC_VERSION } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

export interface Reading {
  readonly value: object;
  readonly readSet: readonly StateKey[];
}

interface Pinned {
  readonly definition: EntityDefinition;
  readonly ref: EntityRef;
  readonly block: PinnedBlock;
  readonly before: EntityRecord | undefined;
  readonly snapshot: Snapshot;
  /** Sync alone: a record that is known at the cursor is known at the block, unless the batch wrote one of its keys. */
  readonly isUnwritten?: (ref: EntityRef) => boolean;
}

type StoreService = Pick<Service, 'records' | 'snapshots' | 'definitions' | 'clock'>;

/**
 * Rule KIND-3: whether no end of an era can change what was read. Another record must show so (of an account its staking record),
 * which is used only where it is stored and known at the block; and the end of an era must have left the value as it was, since
 * a network may pay accounts without a stake as well. Throws StoreUnavailable.
 */
export async function isUnaffectedByEras(pinned: Pinned, reading: Reading, service: StoreService): Promise<boolean> {
  const { definition, ref, before } = pinned;
  const shownBy = definition.erasShownBy?.(ref.id);
  if (shownBy === undefined || before === undefined || !isSound(before, pinned)) return false;
  const snapshot = await service.snapshots.withBases(pinned.snapshot, [eraBasis]);
  if (!hasOutlivedAnEra({ ...pinned, snapshot }, reading, service.clock.now())) return false;
  const shown = await service.records.get(shownBy);
  const kind = service.definitions.get(shownBy.kind);
  if (shown?.value == null || kind === undefined || !kind.isUnaffectedByEras?.(shown.value)) return false;
  if (!isSound(shown, { ...pinned, definition: kind })) return false;
  const stakeKeys = reading.readSet.filter((key) => key.startsWith('stake-'));
  if (!stakeKeys.every((key) => shown.readSet.includes(key))) return false;
  return isKnownAt(shown, { ...pinned, definition: kind }, service.clock.now());
}

/** It may be built upon. Whether it is known at a later block than its own is another question. */
function isSound(record: EntityRecord, { definition, snapshot: { progress } }: Pinned): boolean {
  if (record.value === null || record.conflict !== null || isEdited(record)) return false;
  if (record.definition !== definition.definition || record.logicVersion !== LOGIC_VERSION) return false;
  return record.fork <= progress.fork && !isOnAbandonedFork(record, progress) && !isUnusable(record, progress);
}

/** Without its bases: an era's end cannot bring a stake where there is none. */
function isKnownAt(record: EntityRecord, { definition, block, snapshot, isUnwritten }: Pinned, now: number): boolean {
  if (record.block.hash === block.hash) return true;
  if (record.block.height >= block.height || Date.parse(record.trackedUntil) <= now) return false;
  const { height } = verifiedThrough({ ...record, bases: [] }, snapshot, definition.definition, now);
  const isAtCursor = height === snapshot.progress.cursor?.height;
  return height >= block.height || (isAtCursor && isUnwritten?.(record.ref) === true);
}

/** The record before did not depend on the era already, or has the same value although an era has ended since. */
function hasOutlivedAnEra({ definition, block, before, snapshot }: Pinned, { value }: Reading, now: number): boolean {
  if (before === undefined) return false;
  const dependency = before.bases.find(({ name }) => name === eraBasis);
  if (dependency === undefined) return true;
  const endedAt = soundBasis(dependency, snapshot, now)?.changedAt;
  if (endedAt === undefined || endedAt <= before.block.height || endedAt > block.height) return false;
  const { height } = verifiedThrough({ ...before, bases: [] }, snapshot, definition.definition, now);
  return height >= endedAt && sameValue(before.value, value);
}
