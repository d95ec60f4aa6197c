import { type BasisSeen, eraBasis, everyBasisKey, watchedBy } from '../../domain/basis.ts';
import { type BasisChanges, changesSince, type Through, withChanges } from '../../domain/basis-changes.ts';
import type { BlockRef } from '../../domain/block.ts';
import { isOnAbandonedFork, soundBasis, verifiedThrough } from '../../domain/claim.ts';
import { isEdited, sameValue } from '../../domain/compare.ts';
import { refKey } from '../../domain/entity.ts';
import { LOGIC_VERSION } from '../../domain/progress.ts';
import type { EntityRecord, Observation } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import type { StoredBasis } from '../observing/bases.ts';
import { basisRef } from '../process/snapshots.ts';
import { type CommitResult, commitRecord, comparedWith, takesNoChange, writeRecord } from '../saving/commit-record.ts';
import { type NextRecord, nextRecord, touchEntry } from '../saving/next-record.ts';
import { type BasisReadings, changesWithin } from './basis-readings.ts';
import { Overtaken, type WatchedContext } from './following.ts';

/** `ahead`: the stored basis is of a block beyond the batch, by another configuration, and stays as it is. */
export type Move = 'changed' | 'same' | 'ahead';

/**
 * Stores a basis as it was seen at the last block of the batch, with the blocks in which it changed. Where it could not be
 * read it counts as changed, and no record may depend on it until it is read again (rule CLAIM-3). Throws Overtaken,
 * StoreUnavailable.
 */
export async function moveBasis(
  name: string,
  readings: BasisReadings,
  writtenAt: readonly number[],
  moving: WatchedContext,
  service: Service,
): Promise<Move> {
  const { batch, snapshot, found } = moving;
  const { progress } = snapshot;
  const { last } = batch;
  const { last: seen } = readings;
  const isWatched = found.has(refKey(basisRef(name)));
  let stored = await service.records.get(basisRef(name));
  for (;;) {
    // A watch without a record: a reader may be about to create the basis as of an earlier block, and must lose to a record.
    if (stored === undefined && seen?.value === undefined && !isWatched) return 'same';
    if (stored !== undefined && isDone(stored)) return 'same';
    if (stored !== undefined && isAhead(stored)) return 'ahead';
    if (stored !== undefined && stored.logicVersion > LOGIC_VERSION)
      throw new Overtaken('a newer logic version has moved a basis');
    const isVoid = stored !== undefined && isOnAbandonedFork(stored, progress);
    const { isChanged, changedAt, changes, span } = await datedChanges(stored, seen);
    const next =
      seen === undefined && stored !== undefined
        ? changedUnseen(stored, changedAt, last, service)
        : nextRecord({
            seen: observationOf(seen ?? nothingSeen(name, last)),
            before: stored,
            verdict: verdictOn(stored, seen ?? nothingSeen(name, last), isVoid),
            cause: 'sync',
            fork: progress.fork,
            now: service.clock.now(),
            owner: null,
            tooLarge: false,
            changedAt,
            changes,
            known: { progress, ...span },
            // Readers keep a basis tracked (rule TRACK-2). Sync does so for the era, which has no other writer, and when it
            // reads every basis again.
            renews: name === eraBasis || batch.written.has(everyBasisKey),
          });
    const compared = stored && comparedWith(stored, isVoid || isEdited(stored));
    const isUnread = seen === undefined && stored !== undefined;
    const result: CommitResult = await (isUnread ? writeRecord : commitRecord)({ ...next, compared }, service);
    if ('overtaken' in result) throw new Overtaken('another runner has begun a later batch');
    if (result.won) return isChanged ? 'changed' : 'same';
    // No record may depend on an edited basis: it can stay.
    if (takesNoChange(stored, result.winner)) return 'changed';
    stored = result.winner;
  }

  /** A reader that created it, or another runner, has stored this move already. */
  function isDone(record: EntityRecord): boolean {
    if (isOnAbandonedFork(record, progress) || isEdited(record)) return false;
    if (seen === undefined) return (record.changedAt ?? 0) >= (writtenAt.at(-1) ?? 0);
    return record.block.height >= last.height && record.definition === seen.definition;
  }

  function isAhead(record: EntityRecord): boolean {
    return record.block.height > last.height && !isOnAbandonedFork(record, progress) && !isEdited(record);
  }

  /**
   * Rule FOLLOW-3. Of a basis that is not known at the cursor nothing is known of the blocks before the batch: it has changed in
   * the last block that may have changed it.
   */
  async function datedChanges(record: EntityRecord | undefined, now: BasisSeen | undefined): Promise<DatedChanges> {
    const unknown = {
      isChanged: true,
      changedAt: Math.max(record?.changedAt ?? 0, writtenAt.at(-1) ?? last.height),
      changes: changesSince(last.height),
      span: { through: 0, since: last.height },
    };
    if (record === undefined || now === undefined || !isKnownAtCursor(record, now)) return unknown;
    const { block, changedAt = block.height, changes = changesSince(block.height) } = record;
    // A runner that was killed may have moved it into this batch already.
    const written = writtenAt.filter((height) => height > block.height);
    const within = await changesWithin(written, record.value as StoredBasis, { ...readings, last: now }, moving);
    if (within === undefined) return unknown;
    const [value, joined] = [within.value, within.joined].map((heights) => heights.map((height) => before(height)));
    return {
      // Rule PAST-5: between two blocks that wrote it, it may have been anything.
      span:
        now.bases.length > 0
          ? unknown.span
          : { through: (written[0] ?? last.height + 1) - 1, since: Math.max(batch.from, ...writtenAt) },
      isChanged: within.value.length > 0,
      changedAt: within.value.at(-1) ?? changedAt,
      changes: { value: withChanges(changes.value, value ?? []), joined: withChanges(changes.joined, joined ?? []) },
    };
  }

  function isKnownAtCursor(record: EntityRecord, { definition }: BasisSeen): boolean {
    const { cursor } = progress;
    if (cursor === null || batch.unseen !== undefined || isEdited(record) || record.value === null) return false;
    const now = service.clock.now();
    const judged = { progress, basis: (other: string) => (other === name ? record : snapshot.basis(other)) };
    if (soundBasis({ name, definition }, judged, now) === undefined) return false;
    return verifiedThrough(record, judged, definition, now).height >= cursor.height;
  }

  /** The block before a block of the batch. */
  function before(height: number): Through {
    const block = batch.blocks.find((one) => one.height === height - 1) ?? progress.cursor ?? last;
    return { height: block.height, timestamp: block.timestamp };
  }
}

interface DatedChanges {
  readonly span: { readonly through: number; readonly since: number };
  readonly isChanged: boolean;
  readonly changedAt: number;
  readonly changes: BasisChanges;
}

/** Block and value stay. The audit entry raises the sequence, so that a save compared with the earlier record loses. */
function changedUnseen(
  stored: EntityRecord,
  changedAt: number,
  block: BlockRef,
  { clock }: Pick<Service, 'clock'>,
): NextRecord {
  const audit = touchEntry(stored, block, clock.now());
  return { record: { ...stored, changedAt, sequence: audit.sequence, auditHead: audit.digest }, audit, watch: [] };
}

const nothingSeen = (name: string, block: BlockRef): BasisSeen => ({
  name,
  block,
  value: undefined,
  joined: undefined,
  readSet: [],
  bases: [],
  definition: '',
});

const verdictOn = (stored: EntityRecord | undefined, seen: BasisSeen, isVoid: boolean) => {
  if (stored === undefined) return 'new';
  if (isVoid) return 'void';
  return sameValue(stored.value, observationOf(seen).value) ? 'match' : 'behind';
};

const observationOf = (seen: BasisSeen): Observation => ({
  ref: basisRef(seen.name),
  value: seen.value === undefined ? null : { value: seen.value, joined: seen.joined ?? {} },
  probedValidators: [],
  block: seen.block,
  readSet: watchedBy(seen),
  bases: seen.bases,
  definition: seen.definition,
  validUntil: null,
  ...(seen.proof !== undefined && { proof: seen.proof }),
});
