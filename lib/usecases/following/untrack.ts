import { type BlockRef, blockRef } from '../../domain/block.ts';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import { ChainUnavailable, StoreUnavailable } from '../../domain/errors.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { entryOf, putEntry } from '../saving/cache-entry.ts';
import { type CommitResult, commitRecord, comparedWith, writeRecord } from '../saving/commit-record.ts';
import { type NextRecord, nextRecord, touchEntry } from '../saving/next-record.ts';
import { Overtaken, type RefreshContext } from './following.ts';

/**
 * Rule FOLLOW-6: lets the cursor pass a record that the batch wrote and that gets no new value, since the reading failed for
 * good or knows less than the record. The record stays as of its own block and is not tracked until a lookup reads it whole.
 * Gives the record that another writer has saved in the meantime, which is to be refreshed instead; undefined: done.
 * Throws Overtaken, ChainUnavailable, StoreUnavailable.
 */
export async function untrack(
  ref: EntityRef,
  before: EntityRecord | undefined,
  refreshing: RefreshContext,
  service: Service,
): Promise<EntityRecord | undefined> {
  let other: EntityRecord | undefined;
  try {
    other = await saveUntracked(ref, before, refreshing, service);
  } catch (error) {
    if (error instanceof Overtaken || error instanceof ChainUnavailable || error instanceof StoreUnavailable)
      throw error;
    // The stored row is broken so that no write to it succeeds.
    other = before;
    if (before === undefined) await voidEntry(ref, refreshing, service);
  }
  if (other === undefined) return undefined;
  const isNew = other.sequence !== before?.sequence || other.block.height !== before.block.height;
  if (isNew) return other;
  await voidEntry(ref, refreshing, service);
  return undefined;
}

/**
 * Where a watch led to no record, an empty one is saved: a reader that is about to save what it read below this block loses
 * to it. Gives the record that won the race, or undefined.
 */
async function saveUntracked(
  ref: EntityRef,
  before: EntityRecord | undefined,
  { batch, snapshot, found }: RefreshContext,
  service: Service,
): Promise<EntityRecord | undefined> {
  if (before === undefined && !found.has(refKey(ref))) return undefined;
  const next =
    before === undefined
      ? emptyRecord(ref, batch.last, snapshot.progress.fork, service)
      : untrackedNow(before, batch.last, service);
  const compared = before && comparedWith(before);
  const commit = before === undefined ? commitRecord : writeRecord;
  const result: CommitResult = await commit({ ...next, compared }, service);
  if ('overtaken' in result) throw new Overtaken('another runner has begun a later batch');
  if (!result.won) return result.winner;
  await putEntry(entryOf(result.record), service);
  return undefined;
}

/** The audit entry raises the sequence, so that a renewal (rule TRACK-2) compared with the earlier record loses. */
function untrackedNow(
  { restoredUntil: _, ...record }: EntityRecord,
  block: BlockRef,
  { clock }: Pick<Service, 'clock'>,
): NextRecord {
  const now = clock.now();
  const audit = touchEntry(record, block, now);
  const { sequence, digest: auditHead } = audit;
  return { record: { ...record, sequence, auditHead, trackedUntil: new Date(now).toISOString() }, audit, watch: [] };
}

/** A miss as of this block. */
function emptyRecord(ref: EntityRef, block: BlockRef, fork: number, service: Service): NextRecord {
  const definition = service.definitions.get(ref.kind)?.definition ?? '';
  const seen = { ref, value: null, probedValidators: [], block, readSet: [], bases: [], definition, validUntil: null };
  const now = service.clock.now();
  return nextRecord({
    seen,
    before: undefined,
    verdict: 'new',
    cause: 'sync',
    fork,
    now,
    owner: null,
    tooLarge: true,
  });
}

/** Turns the cache entry of a record that cannot be saved into a miss, so that it claims nothing beyond the batch. */
async function voidEntry(ref: EntityRef, { batch }: RefreshContext, service: Service): Promise<void> {
  const entry = await service.cache.get(ref);
  if (entry === undefined || entry.block.height > batch.last.height) return;
  await putEntry({ ...entry, value: null, block: blockRef(batch.last), tooLarge: true }, service);
}
