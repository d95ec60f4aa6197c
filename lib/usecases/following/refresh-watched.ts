import { bareHash } from '../../domain/account-id.ts';
import { isAboveKnownHeads, isOnAbandonedFork, isUnusable } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import { abortIn } from '../../domain/deadline.ts';
import { type EntityRef, parseRefKey, refKey } from '../../domain/entity.ts';
import { ChainUnavailable, CollectionUnreadable, messageOf } from '../../domain/errors.ts';
import { LOGIC_VERSION } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { arbitrate } from '../conflicts/arbitrate.ts';
import { knownOnFork, observeAnywhere } from '../observing/observe.ts';
import { orphanReason } from '../observing/orphaned-block.ts';
import { isUnaffectedByEras, type Reading } from '../observing/unaffected-by-eras.ts';
import { entryOf, putEntry } from '../saving/cache-entry.ts';
import { Overtaken, type RefreshContext } from './following.ts';
import { knownSpan } from './known-span.ts';
import { asPoisonRecord, isCertain, PoisonRecord, readTwice } from './poison-record.ts';
import { untrack } from './untrack.ts';

/**
 * `read`: from the chain. `kept`: it needed no reading. `untracked`: it cannot be read. `unknown`: the record, or the lack of one, does not
 * say what the chain has: the value is too large, or in dispute.
 */
export type WatchedRefresh = 'read' | 'kept' | 'untracked' | 'unknown';

/**
 * Rule FOLLOW-5: brings one record to the last block of the batch and puts its cache entry, also where the record needs no
 * reading. Rule FOLLOW-6: a record of which it is certain that it cannot be read is untracked at once. When this returns, the
 * cursor may pass the batch as far as this record is concerned. Throws Overtaken, PoisonRecord, StoreUnavailable.
 */
export async function refreshWatched(
  ref: EntityRef,
  before: EntityRecord | undefined,
  refreshing: RefreshContext,
  service: Service,
): Promise<WatchedRefresh> {
  for (let stored = before; ; ) {
    try {
      const { other, refreshed } = await readTwice(() => refresh(ref, stored, refreshing, service), service);
      if (other === undefined) return refreshed;
      stored = other;
    } catch (error) {
      // An untracked record claims nothing beyond its own block: enough that its entry says so too.
      if (error instanceof ChainUnavailable && stored !== undefined && isUntracked(stored, service)) {
        await putEntry(entryOf(stored), service);
        return 'untracked';
      }
      if (!isCertain(error, refreshing.signal)) throw asPoisonRecord(refKey(ref), error);
      const other = await giveUp(ref, stored, error, refreshing, service);
      if (other === undefined) return 'untracked';
      stored = other;
    }
  }
}

/** Rule FOLLOW-6: untracks a record that was tried often enough. Throws Overtaken, ChainUnavailable, StoreUnavailable. */
export async function untrackPoison(
  { at, cause }: PoisonRecord,
  refreshing: RefreshContext,
  service: Service,
): Promise<void> {
  const ref = parseRefKey(at);
  let stored = await service.records.get(ref);
  for (;;) {
    stored = await giveUp(ref, stored, cause, refreshing, service);
    if (stored === undefined) return;
    try {
      await refreshWatched(ref, stored, refreshing, service);
      return;
    } catch (error) {
      if (!(error instanceof PoisonRecord)) throw error;
    }
  }
}

function giveUp(
  ref: EntityRef,
  stored: EntityRecord | undefined,
  cause: unknown,
  refreshing: RefreshContext,
  service: Service,
): Promise<EntityRecord | undefined> {
  const details = { ref: refKey(ref), reason: messageOf(cause) };
  service.log.error('a record cannot be read; it is not tracked any more', details);
  service.metrics.count('Untracked');
  return untrack(ref, stored, refreshing, service);
}

/** What it says is not, or not surely, what the chain has. */
const isUnknown = ({ tooLarge, conflict }: EntityRecord): boolean => tooLarge || conflict !== null;

const isUntracked = (record: EntityRecord, { clock }: Pick<Service, 'clock'>): boolean =>
  !isEdited(record) && Date.parse(record.trackedUntil) <= clock.now();

interface Outcome {
  readonly refreshed: WatchedRefresh;
  /** The record that another writer has saved in the meantime, which is to be refreshed in turn. */
  readonly other?: EntityRecord | undefined;
}

async function refresh(
  ref: EntityRef,
  before: EntityRecord | undefined,
  refreshing: RefreshContext,
  service: Service,
): Promise<Outcome> {
  const { batch, snapshot, signal, bases } = refreshing;
  const { progress } = snapshot;
  const definition = service.definitions.get(ref.kind);
  if (definition === undefined) return { refreshed: 'kept' };
  const isOrphaned = before !== undefined && (await isOfOrphanedBlock(before));
  if (before !== undefined && !isOrphaned && isDone(before)) {
    await putEntry(entryOf(before), service);
    return { refreshed: isUnknown(before) ? 'unknown' : 'kept' };
  }
  if (before !== undefined && before.logicVersion > LOGIC_VERSION)
    throw new Overtaken('a newer logic version has saved a record');

  const scanned = before && isScanned(before) ? { validators: validatorsOf(ref) } : undefined;
  const known = { definition, ref, block: batch.last, before: knownOnFork(progress, before) };
  const isUnwritten = (other: EntityRef): boolean => batch.unseen === undefined && !refreshing.found.has(refKey(other));
  const isUnaffected = (reading: Reading) => isUnaffectedByEras({ ...known, snapshot, isUnwritten }, reading, service);
  const observing = { ...known, scanned, signal, isUnaffected };
  const observed = await observeAnywhere(observing, { ...service, bases });
  // Rule ANSWER-4: nothing is known of it, so that nothing may be recorded of it.
  if (observed.unreadable !== undefined && before === undefined) throw new CollectionUnreadable(observed.unreadable);
  const arbitration = {
    definition,
    observed,
    block: batch.last,
    read: before,
    cause: 'sync',
    progress,
    signal: AbortSignal.any([signal, abortIn(service.limits.deadlineMs)]),
    isWatched: refreshing.found.has(refKey(ref)),
    isOrphaned,
    span: await knownSpan(before, observed.observation, refreshing, service),
  } as const;
  const { saved } = await arbitrate(arbitration, service);
  if (saved.outcome === 'unverifiable')
    throw new ChainUnavailable(`the nodes do not agree on ${refKey(ref)}; no quorum can be read`);
  if (saved.outcome === 'overtaken') throw new Overtaken('another runner has begun a later batch');
  if (saved.outcome === 'absence-cached') return { refreshed: 'read' };
  if (saved.outcome === 'collection-gone') return { refreshed: 'unknown' };
  if (saved.outcome !== 'not-saved') return { refreshed: isUnknown(saved.record) ? 'unknown' : 'read' };
  const isAbsent = observed.observation.value === null && saved.record === undefined;
  const other = await untrack(ref, saved.record, refreshing, service);
  return { refreshed: isAbsent ? 'read' : 'unknown', other };

  async function isOfOrphanedBlock(record: EntityRecord): Promise<boolean> {
    const head = service.memory.head();
    if (!isAboveKnownHeads(record, progress, head)) return false;
    return (await orphanReason(record.block, head?.height ?? batch.last.height, service)) !== undefined;
  }

  /** A record in conflict claims nothing. An edited record is read again, whatever its block is. */
  function isDone(record: EntityRecord): boolean {
    if (record.conflict?.state === 'open') return true;
    if (isEdited(record)) return false;
    return record.block.height >= batch.last.height && !isOnAbandonedFork(record, progress);
  }

  /**
   * Rule KIND-4: whether every block since the record's own was scanned for its keys, so that only the validators that the
   * batch names must be asked. The era adds none: a switch block changes a position only with a validator that holds
   * something for it, or to which an unbonding of it moves.
   */
  function isScanned(record: EntityRecord): boolean {
    if (isEdited(record) || isUnusable(record, progress) || record.conflict !== null) return false;
    if (batch.unseen !== undefined) return false;
    if (record.logicVersion !== LOGIC_VERSION || record.definition !== definition?.definition) return false;
    if (isUntracked(record, service)) return false;
    return progress.followedFrom !== null && record.block.height >= progress.followedFrom;
  }

  function validatorsOf({ id }: EntityRef): string[] {
    return batch.stakes.flatMap(({ account, validator }) => (account === bareHash(id) ? [validator] : []));
  }
}
