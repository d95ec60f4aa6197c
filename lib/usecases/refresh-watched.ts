import { bareHash } from '../domain/account-id.ts';
import type { BasisReader, BlockRef } from '../domain/chain.ts';
import { ofAnotherBranch, refuted } from '../domain/claim.ts';
import { isEdited } from '../domain/compare.ts';
import { abortIn } from '../domain/deadline.ts';
import { type EntityRef, refKey } from '../domain/entity.ts';
import { ChainUnavailable, StoreUnavailable } from '../domain/errors.ts';
import { RULES } from '../domain/progress.ts';
import type { EntityRecord } from '../domain/record.ts';
import type { Service } from '../domain/service.ts';
import { passDoor } from './door.ts';
import { type Following, Overtaken } from './follow-batch.ts';
import { type NextRecord, nextRecord, touched } from './next-record.ts';
import { knownOn, observeAnywhere } from './observe.ts';
import { comparedWith, entryOf, putEntry } from './save.ts';
import { settle } from './settle.ts';
import { stuckAt } from './stuck.ts';

export interface Refreshing extends Following {
  readonly bases: BasisReader;
  /** Whether a watch has led to it; else an item of a dictionary has. */
  readonly isWatched: (ref: EntityRef) => boolean;
}

/**
 * Brings one record to the last block of the batch, and puts its cache entry, whatever was there: the cursor passes the
 * batch only then. One that cannot be read, while everything else can, is let go: it must not stop all others. Throws
 * Overtaken, ChainUnavailable or StoreUnavailable where that cannot be done.
 */
export async function refreshWatched(
  ref: EntityRef,
  before: EntityRecord | undefined,
  refreshing: Refreshing,
  service: Service,
): Promise<void> {
  try {
    await bringUp(ref, before, refreshing, service);
  } catch (error) {
    const at = refKey(ref);
    if (!(await refreshing.isHopeless(error, at))) throw stuckAt(at, error);
    const reason = error instanceof Error ? error.message : String(error);
    service.log.error('a record cannot be read, and is not followed any more', { ref: at, reason });
    service.metrics.count('LetGo');
    const instead = await letGo(ref, before, refreshing, service).catch((failure: unknown) => {
      if (isOfOthers(failure)) throw failure;
      return before;
    });
    if (instead === undefined) return;
    if (before === undefined || instead.sequence !== before.sequence || instead.block.height !== before.block.height) {
      return refreshWatched(ref, instead, refreshing, service);
    }
    await voidEntry(ref, refreshing, service);
  }
}

const isOfOthers = (failure: unknown): boolean =>
  failure instanceof Overtaken || failure instanceof ChainUnavailable || failure instanceof StoreUnavailable;

/** A row that takes no change, since somebody else has written it: what the cache has of it claims nothing beyond the batch. */
async function voidEntry(ref: EntityRef, { batch }: Refreshing, service: Service): Promise<void> {
  const there = await service.cache.get(ref);
  if (there === undefined || there.block.height > batch.last.height) return;
  const { height, hash, timestamp } = batch.last;
  await putEntry({ ...there, value: null, block: { height, hash, timestamp }, tooLarge: true }, service);
}

async function bringUp(
  ref: EntityRef,
  before: EntityRecord | undefined,
  refreshing: Refreshing,
  service: Service,
): Promise<void> {
  const { batch, snapshot, signal, bases } = refreshing;
  const { progress } = snapshot;
  const definition = service.definitions.get(ref.kind);
  if (definition === undefined) return;
  if (before !== undefined && isThere(before)) return putEntry(entryOf(before), service);
  if (before !== undefined && before.rules > RULES) throw new Overtaken('newer rules have saved a record');

  const scanned = before && isScanned(before) ? { validators: validatorsOf(ref) } : undefined;
  const observing = { definition, ref, block: batch.last, before: knownOn(progress, before), scanned, signal };
  const observed = await observeAnywhere(observing, { ...service, bases });
  const dispute = AbortSignal.any([signal, abortIn(service.limits.deadlineMs)]);
  const settling = {
    definition,
    observed,
    block: batch.last,
    read: before,
    cause: 'sync',
    progress,
    signal: dispute,
    isWatched: refreshing.isWatched(ref),
  } as const;
  const { saved } = await settle(settling, service);
  if (saved.outcome === 'unverifiable') throw new ChainUnavailable(`nobody can tell whether ${refKey(ref)} is right`);
  if (saved.outcome === 'overtaken') throw new Overtaken('another runner has begun a later batch');
  if (saved.outcome !== 'not-saved') return;
  const instead = await letGo(ref, saved.record, refreshing, service);
  if (instead !== undefined) await refreshWatched(ref, instead, refreshing, service);

  /** A record in dispute claims nothing; one that was written behind our back has come nowhere. */
  function isThere(record: EntityRecord): boolean {
    if (record.conflict?.state === 'open') return true;
    if (isEdited(record)) return false;
    return record.block.height >= batch.last.height && !ofAnotherBranch(record, progress);
  }

  /**
   * Every block since its own was scanned for its keys. That the era has moved since then adds nothing to an open set: what a
   * switch block does to a position, it does where something is held, is leaving, or is on its way to.
   */
  function isScanned(record: EntityRecord): boolean {
    // What is distrusted, or is not the chain's word, is nothing to go on from; nor is anything across what went unseen.
    if (isEdited(record) || refuted(record, progress) || record.conflict !== null) return false;
    if (batch.unseen !== undefined) return false;
    if (record.rules !== RULES || record.definition !== definition?.definition) return false;
    if (Date.parse(record.followedUntil) <= service.clock.now()) return false;
    return progress.followedFrom !== null && record.block.height >= progress.followedFrom;
  }

  function validatorsOf({ id }: EntityRef): string[] {
    return batch.stakes.flatMap(({ account, validator }) => (account === bareHash(id) ? [validator] : []));
  }
}

/**
 * Nothing takes the record's place, since what was read knows less, or nothing could be read: it stays as of its own block,
 * and is not followed any more until somebody reads it whole. Its trail says so: nobody who read it before takes that back.
 * Where a watch has led to none yet, one that holds nothing is made, so that whoever is about to save what was read below
 * this block finds it. Gives the record that is there instead, if another one has come.
 */
async function letGo(
  ref: EntityRef,
  before: EntityRecord | undefined,
  { batch, snapshot, isWatched }: Refreshing,
  service: Service,
): Promise<EntityRecord | undefined> {
  if (before === undefined && !isWatched(ref)) return undefined;
  const next =
    before === undefined ? emptyRecord(ref, batch.last, snapshot.progress.branch, service) : released(before);
  const compared = before && comparedWith(before);
  // What was let go makes no claim that a mark could refuse.
  const passed =
    before === undefined
      ? await passDoor({ ...next, compared }, service)
      : await service.records.save(next.record, compared, next.audit);
  if ('overtaken' in passed) throw new Overtaken('another runner has begun a later batch');
  if (!passed.won) return passed.winner;
  await putEntry(entryOf(next.record), service);
  return undefined;

  function released(record: EntityRecord): NextRecord {
    const now = service.clock.now();
    const audit = touched(record, batch.last, now);
    const { sequence, digest: auditHead } = audit;
    const followedUntil = new Date(now).toISOString();
    return { record: { ...record, sequence, auditHead, followedUntil }, audit, watch: [] };
  }
}

/** A miss, at this block. */
function emptyRecord(ref: EntityRef, block: BlockRef, branch: number, service: Service): NextRecord {
  const definition = service.definitions.get(ref.kind)?.definition ?? '';
  const seen = { ref, value: null, beside: [], block, readSet: [], bases: [], definition, holdsUntil: null };
  const now = service.clock.now();
  return nextRecord({
    seen,
    before: undefined,
    verdict: 'new',
    cause: 'sync',
    branch,
    now,
    owner: null,
    tooLarge: true,
  });
}
