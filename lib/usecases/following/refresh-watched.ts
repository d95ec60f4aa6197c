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
import { asPoisonRecord } from './poison-record.ts';
import { untrackOrVoid } from './untrack.ts';

/**
 * Brings one record to the last block of the batch, and puts its cache entry, whatever was there: the cursor passes the
 * batch only then. One that cannot be read, while everything else can, is let go: it must not stop all others. Throws
 * Overtaken, ChainUnavailable or StoreUnavailable where that cannot be done.
 */
export async function refreshWatched(
  ref: EntityRef,
  before: EntityRecord | undefined,
  refreshing: RefreshContext,
  service: Service,
): Promise<void> {
  try {
    await bringUp(ref, before, refreshing, service);
  } catch (error) {
    const at = refKey(ref);
    // What was let go already claims nothing that could become false, once its entry says so too.
    if (error instanceof ChainUnavailable && before !== undefined && isLetGo(before, service)) {
      return putEntry(entryOf(before), service);
    }
    if (!(await refreshing.isPermanentFailure(error, at))) throw asPoisonRecord(at, error);
    const reason = messageOf(error);
    service.log.error('a record cannot be read, and is not followed any more', { ref: at, reason });
    service.metrics.count('LetGo');
    const instead = await untrackOrVoid(ref, before, refreshing, service);
    if (instead !== undefined) await refreshWatched(ref, instead, refreshing, service);
  }
}

const isLetGo = (record: EntityRecord, { clock }: Pick<Service, 'clock'>): boolean =>
  !isEdited(record) && Date.parse(record.trackedUntil) <= clock.now();

async function bringUp(
  ref: EntityRef,
  before: EntityRecord | undefined,
  refreshing: RefreshContext,
  service: Service,
): Promise<void> {
  const { batch, snapshot, signal, bases } = refreshing;
  const { progress } = snapshot;
  const definition = service.definitions.get(ref.kind);
  if (definition === undefined) return;
  const isOrphaned = before !== undefined && (await isOfNoBlock(before));
  if (before !== undefined && !isOrphaned && isThere(before)) return putEntry(entryOf(before), service);
  if (before !== undefined && before.logicVersion > LOGIC_VERSION)
    throw new Overtaken('newer rules have saved a record');

  const scanned = before && isScanned(before) ? { validators: validatorsOf(ref) } : undefined;
  const observing = { definition, ref, block: batch.last, before: knownOnFork(progress, before), scanned, signal };
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
    isWatched: refreshing.found.has(refKey(ref)),
    isOrphaned,
  } as const;
  const { saved } = await arbitrate(settling, service);
  if (saved.outcome === 'unverifiable') throw new ChainUnavailable(`nobody can tell whether ${refKey(ref)} is right`);
  if (saved.outcome === 'overtaken') throw new Overtaken('another runner has begun a later batch');
  if (saved.outcome !== 'not-saved') return;
  const instead = await untrackOrVoid(ref, saved.record, refreshing, service);
  if (instead !== undefined) await refreshWatched(ref, instead, refreshing, service);

  /** Nobody has heard of its block, nor has any node. */
  async function isOfNoBlock(record: EntityRecord): Promise<boolean> {
    const head = service.memory.head();
    if (!isAboveKnownHeads(record, progress, head)) return false;
    return (await orphanReason(record.block, head?.height ?? batch.last.height, service)) !== undefined;
  }

  /** A record in dispute claims nothing; one that was written behind our back has come nowhere. */
  function isThere(record: EntityRecord): boolean {
    if (record.conflict?.state === 'open') return true;
    if (isEdited(record)) return false;
    return record.block.height >= batch.last.height && !isOnAbandonedFork(record, progress);
  }

  /**
   * Every block since its own was scanned for its keys. That the era has moved since then adds nothing to an open set: what a
   * switch block does to a position, it does where something is held, is leaving, or is on its way to.
   */
  function isScanned(record: EntityRecord): boolean {
    // What is distrusted, or is not the chain's word, is nothing to go on from; nor is anything across what went unseen.
    if (isEdited(record) || isUnusable(record, progress) || record.conflict !== null) return false;
    if (batch.unseen !== undefined) return false;
    if (record.logicVersion !== LOGIC_VERSION || record.definition !== definition?.definition) return false;
    if (isLetGo(record, service)) return false;
    return progress.followedFrom !== null && record.block.height >= progress.followedFrom;
  }

  function validatorsOf({ id }: EntityRef): string[] {
    return batch.stakes.flatMap(({ account, validator }) => (account === bareHash(id) ? [validator] : []));
  }
}
