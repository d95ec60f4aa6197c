import { type BasisSeen, eraBasis, everyBasisKey, watchedBy } from '../../domain/basis.ts';
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
import { Overtaken, type WatchedContext } from './following.ts';
/** `passed`: a reader has read it beyond the batch, by another configuration. */
export type Move = 'changed' | 'same' | 'passed';

/**
 * Stores a basis as it was seen at the last block of the batch. One of which nothing could be seen counts as changed, and
 * nobody rests on it until it is read again. Throws Overtaken.
 */
export async function moveBasis(
  name: string,
  seen: BasisSeen | undefined,
  writtenAt: readonly number[],
  moving: WatchedContext,
  service: Service,
): Promise<Move> {
  const { batch, snapshot, found } = moving;
  const { progress } = snapshot;
  const { last } = batch;
  const isWatched = found.has(refKey(basisRef(name)));
  let stored = await service.records.get(basisRef(name));
  for (;;) {
    // Where a watch has led to it somebody is about to make it, as of a block below this one: there must be one by then.
    if (stored === undefined && seen?.value === undefined && !isWatched) return 'same';
    if (stored !== undefined && isThere(stored)) return 'same';
    if (stored !== undefined && isBeyond(stored)) return 'passed';
    if (stored !== undefined && stored.logicVersion > LOGIC_VERSION)
      throw new Overtaken('newer rules have moved a basis');
    const changed = stored === undefined || seen === undefined || !isTheSame(stored, seen);
    const newest = Math.max(stored?.changedAt ?? 0, writtenAt.at(-1) ?? last.height);
    const changedAt = changed ? newest : (stored?.changedAt ?? newest);
    const refuted = stored !== undefined && isOnAbandonedFork(stored, progress);
    const next =
      seen === undefined && stored !== undefined
        ? changedUnseen(stored, changedAt, last, service)
        : nextRecord({
            seen: observationOf(seen ?? nothingSeen(name, last)),
            before: stored,
            verdict: verdictOn(stored, seen ?? nothingSeen(name, last), refuted),
            cause: 'sync',
            fork: progress.fork,
            now: service.clock.now(),
            owner: null,
            tooLarge: false,
            changedAt,
            // Bases are kept by their readers, but for the era, which nobody else moves, and those that are read anew as a whole.
            renews: name === eraBasis || batch.written.has(everyBasisKey),
          });
    const compared = stored && comparedWith(stored, refuted || isEdited(stored));
    const isUnread = seen === undefined && stored !== undefined;
    const passed: CommitResult = await (isUnread ? writeRecord : commitRecord)({ ...next, compared }, service);
    if ('overtaken' in passed) throw new Overtaken('another runner has begun a later batch');
    if (passed.won) return changed ? 'changed' : 'same';
    // Nobody rests on a basis that was edited.
    if (takesNoChange(stored, passed.winner)) return 'changed';
    stored = passed.winner;
  }

  /** Somebody has come as far already: a reader that made it, or another runner. */
  function isThere(record: EntityRecord): boolean {
    if (isOnAbandonedFork(record, progress) || isEdited(record)) return false;
    if (seen === undefined) return (record.changedAt ?? 0) >= (writtenAt.at(-1) ?? 0);
    return record.block.height >= last.height && record.definition === seen.definition;
  }

  function isBeyond(record: EntityRecord): boolean {
    return record.block.height > last.height && !isOnAbandonedFork(record, progress) && !isEdited(record);
  }

  /** Said only of a basis that is known at the cursor and was written by one block of the batch: else it may have changed twice. */
  function isTheSame(record: EntityRecord, { definition, value }: BasisSeen): boolean {
    const { cursor } = progress;
    if (cursor === null || batch.unseen !== undefined || writtenAt.length > 1 || value === undefined) return false;
    if (isEdited(record)) return false;
    const now = service.clock.now();
    const judged = { progress, basis: (other: string) => (other === name ? record : snapshot.basis(other)) };
    if (soundBasis({ name, definition }, judged, now) === undefined || record.value === null) return false;
    if (verifiedThrough(record, judged, definition, now).height < cursor.height) return false;
    return sameValue((record.value as StoredBasis).value, value);
  }
}

/** It keeps block and value; its trail says that it was touched, so that nobody who read it before takes that back. */
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

const verdictOn = (stored: EntityRecord | undefined, seen: BasisSeen, refuted: boolean) => {
  if (stored === undefined) return 'new';
  if (refuted) return 'refuted';
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
});
