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
 * Nothing takes the record's place, since what was read knows less, or nothing could be read: it stays as of its own block,
 * and is not followed any more until somebody reads it whole. Its trail says so: nobody who read it before takes that back.
 * Where a watch has led to none yet, one that holds nothing is made, so that whoever is about to save what was read below
 * this block finds it. Gives the record that is there instead, if another one has come.
 */
async function letGo(
  ref: EntityRef,
  before: EntityRecord | undefined,
  { batch, snapshot, found }: RefreshContext,
  service: Service,
): Promise<EntityRecord | undefined> {
  if (before === undefined && !found.has(refKey(ref))) return undefined;
  const next = before === undefined ? emptyRecord(ref, batch.last, snapshot.progress.fork, service) : released(before);
  const compared = before && comparedWith(before);
  const passed: CommitResult = await (before === undefined ? commitRecord : writeRecord)(
    { ...next, compared },
    service,
  );
  if ('overtaken' in passed) throw new Overtaken('another runner has begun a later batch');
  if (!passed.won) return passed.winner;
  await putEntry(entryOf(passed.record), service);
  return undefined;

  function released(record: EntityRecord): NextRecord {
    const now = service.clock.now();
    const audit = touchEntry(record, batch.last, now);
    const { sequence, digest: auditHead } = audit;
    const trackedUntil = new Date(now).toISOString();
    return { record: { ...record, sequence, auditHead, trackedUntil }, audit, watch: [] };
  }
}

/** A miss, at this block. */
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

/** The same, also with a row that takes no change, since somebody else has written it. */
export async function untrackOrVoid(
  ref: EntityRef,
  before: EntityRecord | undefined,
  refreshing: RefreshContext,
  service: Service,
): Promise<EntityRecord | undefined> {
  let instead: EntityRecord | undefined;
  try {
    instead = await letGo(ref, before, refreshing, service);
  } catch (failure) {
    if (isOfOthers(failure)) throw failure;
    instead = before;
    if (before === undefined) await voidEntry(ref, refreshing, service);
  }
  if (instead === undefined) return undefined;
  const isAnother = instead.sequence !== before?.sequence || instead.block.height !== before.block.height;
  if (isAnother) return instead;
  await voidEntry(ref, refreshing, service);
  return undefined;
}

const isOfOthers = (failure: unknown): boolean =>
  failure instanceof Overtaken || failure instanceof ChainUnavailable || failure instanceof StoreUnavailable;

/** A row that takes no change, since somebody else has written it: what the cache has of it claims nothing beyond the batch. */
async function voidEntry(ref: EntityRef, { batch }: RefreshContext, service: Service): Promise<void> {
  const there = await service.cache.get(ref);
  if (there === undefined || there.block.height > batch.last.height) return;
  await putEntry({ ...there, value: null, block: blockRef(batch.last), tooLarge: true }, service);
}
