import { bareHash } from '../../domain/account-id.ts';
import { isAboveKnownHeads, isOnAbandonedFork, isUnusable } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import { abortIn } from '../../domain/deadline.ts';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import { ChainUnavailable, messageOf } from '../../domain/errors.ts';
import { LOGIC_VERSION } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { arbitrate } from '../conflicts/arbitrate.ts';
import { knownOnFork, observeAnywhere } from '../observing/observe.ts';
import { orphanReason } from '../observing/orphaned-block.ts';
import { entryOf, putEntry } from '../saving/cache-entry.ts';
import { Overtaken, type RefreshContext } from './following.ts';
import { asPoisonRecord, isPermanentFailure } from './poison-record.ts';
import { untrack } from './untrack.ts';

/**
 * Rule FOLLOW-5: brings one record to the last block of the batch and puts its cache entry, also where the record needs no
 * reading. Rule FOLLOW-6: a poison record is untracked, so that it does not stop all others. When this returns, the cursor
 * may pass the batch as far as this record is concerned. Throws Overtaken, ChainUnavailable, StoreUnavailable.
 */
export async function refreshWatched(
  ref: EntityRef,
  before: EntityRecord | undefined,
  refreshing: RefreshContext,
  service: Service,
): Promise<void> {
  let other = await refreshOrUntrack(ref, before, refreshing, service);
  while (other !== undefined) other = await refreshOrUntrack(ref, other, refreshing, service);
}

/** undefined: done. Otherwise the record that another writer has saved in the meantime, which is to be refreshed in turn. */
async function refreshOrUntrack(
  ref: EntityRef,
  before: EntityRecord | undefined,
  refreshing: RefreshContext,
  service: Service,
): Promise<EntityRecord | undefined> {
  try {
    return await refresh(ref, before, refreshing, service);
  } catch (error) {
    const at = refKey(ref);
    // An untracked record claims nothing beyond its own block: enough that its entry says so too.
    if (error instanceof ChainUnavailable && before !== undefined && isUntracked(before, service)) {
      await putEntry(entryOf(before), service);
      return undefined;
    }
    if (!(await isPermanentFailure(error, at, refreshing.signal, service))) throw asPoisonRecord(at, error);
    const reason = messageOf(error);
    service.log.error('a record cannot be read; it is not tracked any more', { ref: at, reason });
    service.metrics.count('Untracked');
    return untrack(ref, before, refreshing, service);
  }
}

const isUntracked = (record: EntityRecord, { clock }: Pick<Service, 'clock'>): boolean =>
  !isEdited(record) && Date.parse(record.trackedUntil) <= clock.now();

async function refresh(
  ref: EntityRef,
  before: EntityRecord | undefined,
  refreshing: RefreshContext,
  service: Service,
): Promise<EntityRecord | undefined> {
  const { batch, snapshot, signal, bases } = refreshing;
  const { progress } = snapshot;
  const definition = service.definitions.get(ref.kind);
  if (definition === undefined) return undefined;
  const isOrphaned = before !== undefined && (await isOfOrphanedBlock(before));
  if (before !== undefined && !isOrphaned && isDone(before)) {
    await putEntry(entryOf(before), service);
    return undefined;
  }
  if (before !== undefined && before.logicVersion > LOGIC_VERSION)
    throw new Overtaken('a newer logic version has saved a record');

  const scanned = before && isScanned(before) ? { validators: validatorsOf(ref) } : undefined;
  const observing = { definition, ref, block: batch.last, before: knownOnFork(progress, before), scanned, signal };
  const observed = await observeAnywhere(observing, { ...service, bases });
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
  } as const;
  const { saved } = await arbitrate(arbitration, service);
  if (saved.outcome === 'unverifiable')
    throw new ChainUnavailable(`the nodes do not agree on ${refKey(ref)}; no quorum can be read`);
  if (saved.outcome === 'overtaken') throw new Overtaken('another runner has begun a later batch');
  return saved.outcome === 'not-saved' ? untrack(ref, saved.record, refreshing, service) : undefined;

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
