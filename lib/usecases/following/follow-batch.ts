import pLimit from 'p-limit';
import { accountKeys } from '../../domain/activity.ts';
import { blockRef } from '../../domain/block.ts';
import { type EntityRef, parseRefKey, refKey } from '../../domain/entity.ts';
import { LOGIC_VERSION, type Progress } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { basisKind } from '../process/snapshots.ts';
import { announceUnseen } from './announce-unseen.ts';
import { discover } from './discover.ts';
import { doubtfulCollections } from './doubtful-collections.ts';
import { findWatchers } from './find-watchers.ts';
import { type Batch, type FollowContext, Overtaken, type RefreshContext } from './following.ts';
import { keepRewards } from './keep-rewards.ts';
import { listTransactions } from './list-transactions.ts';
import { batchBases, moveBases } from './move-bases.ts';
import { PoisonRecord, shortName, triedEnough } from './poison-record.ts';
import { refreshWatched, untrackPoison } from './refresh-watched.ts';

export interface FollowedBatch {
  /** How many bases and records. */
  readonly refreshed: number;
  /** Names of bases whose value changed. */
  readonly basesChanged: readonly string[];
}

const refreshedAtOnce = 16;
/** Limits how many records are in memory at a time. */
const pageSize = 200;
/** So many records without an answer, and none with one, show that the nodes are at fault. */
const mostInVain = 32;
/** Of so many records that could not be read, a tick notes the names. */
const mostNoted = 200;

/**
 * Follows one batch, in the order that makes claims through the cursor true: the mark (rule FOLLOW-1), the watchers of
 * what was written (FOLLOW-4), the bases (FOLLOW-3), the records with their cache entries (FOLLOW-5), the cursor last
 * (FOLLOW-6). Throws Overtaken, ChainUnavailable, StoreUnavailable; the cursor is not moved then.
 */
export async function followBatch(following: FollowContext, service: Service): Promise<FollowedBatch> {
  const { batch, snapshot, leaseToken, assertLease } = following;
  const { progress } = snapshot;
  const isMarked = await service.progress.publishMark(batch.last.height, progress.fork, leaseToken);
  if (!isMarked) throw new Overtaken('another runner has begun to write');

  const { found, present } = await findWatchers(batch.written, service, accountKeys(batch.transactions));
  const refs = [...found.values()].map(({ ref }) => ref);
  const moved = await moveBases({ ...following, found }, service);
  assertLease();

  const discovered = await discover(batch, moved.seen, service);
  const entities = new Map([...refs.filter(isEntity), ...discovered].map((ref) => [refKey(ref), ref]));
  const bases = batchBases({ ...following, found }, moved.seen, service);
  const doubtful = doubtfulCollections(following, service);
  const refreshed = await refreshAll([...entities.values()], { ...following, found, bases }, doubtful.doubt, service);
  await doubtful.store();
  assertLease();

  // Rule ACTIVITY-2.
  await listTransactions({ ...following, found }, present, service);
  assertLease();

  await keepRewards(following, service);
  await announceUnseen(batch.passed, progress.fork, service);
  // Rule COLLECT-6: before the cursor, so that who reads the cursor sees what it has passed.
  const touched = collectionsOf([...entities.values()], service);
  if (touched.length > 0) await service.listings.touch(touched, { fork: progress.fork, height: batch.last.height });
  const hasMoved = await service.progress.moveCursor({
    from: progress.cursor,
    fork: progress.fork,
    leaseToken,
    to: blockRef(batch.last),
    // Rules FOLLOW-7 and FOLLOW-10.
    followedFrom: Math.max(progress.followedFrom ?? 0, batch.unseen?.height ?? 0),
    // Rule ACTIVITY-3.
    activityFrom: Math.max(progress.activityFrom ?? batch.from - 1, batch.unlisted ?? 0),
    protocolVersion: batch.protocolVersion,
    logicVersion: LOGIC_VERSION,
    // Without the present settings, the next batch reads every basis again.
    settings: moved.all ? service.shared.settings : '',
    basesAsked: progress.basesAsked,
    discovers: service.shared.settings,
    ...(batch.unseen !== undefined && progress.cursor !== null && { reconcileFrom: reconcileFrom(batch.unseen) }),
  });
  if (!hasMoved) throw new Overtaken('another runner has moved the cursor');
  if (batch.proved > 0) service.metrics.count('SyncBlocksProved', batch.proved);
  return { refreshed: moved.seen.size + refreshed, basesChanged: moved.changed };

  function reconcileFrom(unseen: NonNullable<Batch['unseen']>): NonNullable<Progress['reconcileFrom']> {
    return { ...unseen, at: new Date(service.clock.now()).toISOString() };
  }
}

const collectionsOf = (refs: readonly EntityRef[], { definitions }: Pick<Service, 'definitions'>): string[] => [
  ...new Set(refs.flatMap(({ kind, id }) => definitions.get(kind)?.collectionOf?.(id) ?? [])),
];

const isEntity = ({ kind }: EntityRef): boolean => kind !== basisKind;

/** Rule FOLLOW-6: a record that cannot be read does not hold up the others; the cursor stays until it is given up. */
async function refreshAll(
  refs: readonly EntityRef[],
  refreshing: RefreshContext,
  doubt: (ref: EntityRef) => void,
  service: Service,
): Promise<number> {
  const limit = pLimit(refreshedAtOnce);
  const failed: PoisonRecord[] = [];
  let hasRead = false;

  async function refresh(ref: EntityRef, record: EntityRecord | undefined): Promise<void> {
    try {
      const outcome = await refreshWatched(ref, record, refreshing, service);
      if (outcome === 'read') hasRead = true;
      else if (outcome !== 'kept') doubt(ref);
    } catch (error) {
      if (!(error instanceof PoisonRecord) || refreshing.signal.aborted) throw error;
      failed.push(error);
      // It is not the records' fault.
      if (failed.length >= mostInVain && !hasRead) throw error;
    }
  }

  for (let from = 0; from < refs.length; from += pageSize) {
    const page = refs.slice(from, from + pageSize);
    const records: readonly (EntityRecord | undefined)[] = await service.records.getMany(page);
    try {
      await limit.map(page, (ref, index) => refresh(ref, records[index]));
    } finally {
      limit.clearQueue();
    }
    refreshing.assertLease();
  }
  await giveUpSome(failed, hasRead, refreshing, doubt, service);
  return refs.length;
}

async function giveUpSome(
  failed: readonly PoisonRecord[],
  hasRead: boolean,
  refreshing: RefreshContext,
  doubt: (ref: EntityRef) => void,
  service: Service,
): Promise<void> {
  const [first] = failed;
  if (first === undefined) return;
  const enough = await triedEnough(failed, hasRead, service);
  for (const { at } of enough) doubt(parseRefKey(at));
  await pLimit(refreshedAtOnce).map(enough, (poison) => untrackPoison(poison, refreshing, service));
  const left = failed.filter((record) => !enough.includes(record));
  if (left[0] === undefined) return;
  const { at, cause } = left[0];
  const unread = failed.slice(0, mostNoted).map(({ at: other }) => shortName(other));
  throw new PoisonRecord(at, cause as Error, { unread, hasReadOthers: hasRead });
}
