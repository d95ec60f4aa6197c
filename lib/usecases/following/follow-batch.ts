import pLimit from 'p-limit';
import { blockRef } from '../../domain/block.ts';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import { LOGIC_VERSION, type Progress } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { basisKind } from '../process/snapshots.ts';
import { discover } from './discover.ts';
import { findWatchers } from './find-watchers.ts';
import { type Batch, type FollowContext, Overtaken, type RefreshContext } from './following.ts';
import { batchBases, moveBases } from './move-bases.ts';
import { refreshWatched } from './refresh-watched.ts';

export interface FollowedBatch {
  /** How many bases and records. */
  readonly refreshed: number;
  /** Names of bases whose value changed. */
  readonly basesChanged: readonly string[];
}

const refreshedAtOnce = 16;
/** Limits how many records are in memory at a time. */
const pageSize = 200;

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

  const found = await findWatchers(batch.written, service);
  const refs = [...found.values()].map(({ ref }) => ref);
  const moved = await moveBases({ ...following, found }, service);
  assertLease();

  const discovered = await discover(batch, moved.seen, snapshot, service);
  const entities = new Map([...refs.filter(isEntity), ...discovered].map((ref) => [refKey(ref), ref]));
  const bases = batchBases({ ...following, found }, moved.seen, service);
  const refreshed = await refreshAll([...entities.values()], { ...following, found, bases }, service);
  assertLease();

  const hasMoved = await service.progress.moveCursor({
    from: progress.cursor,
    fork: progress.fork,
    leaseToken,
    to: blockRef(batch.last),
    // Rule FOLLOW-7.
    followedFrom: Math.max(progress.followedFrom ?? 0, batch.unseen?.height ?? 0),
    protocolVersion: batch.protocolVersion,
    logicVersion: LOGIC_VERSION,
    // Without the present settings, the next batch reads every basis again.
    settings: moved.all ? service.shared.settings : '',
    ...(batch.unseen !== undefined && progress.cursor !== null && { reconcileFrom: reconcileFrom(batch.unseen) }),
  });
  if (!hasMoved) throw new Overtaken('another runner has moved the cursor');
  return { refreshed: moved.seen.size + refreshed, basesChanged: moved.changed };

  function reconcileFrom(unseen: NonNullable<Batch['unseen']>): NonNullable<Progress['reconcileFrom']> {
    return { ...unseen, at: new Date(service.clock.now()).toISOString() };
  }
}

const isEntity = ({ kind }: EntityRef): boolean => kind !== basisKind;

async function refreshAll(refs: readonly EntityRef[], refreshing: RefreshContext, service: Service): Promise<number> {
  const limit = pLimit(refreshedAtOnce);
  for (let from = 0; from < refs.length; from += pageSize) {
    const page = refs.slice(from, from + pageSize);
    const records: readonly (EntityRecord | undefined)[] = await service.records.getMany(page);
    try {
      await limit.map(page, (ref, index) => refreshWatched(ref, records[index], refreshing, service));
    } finally {
      limit.clearQueue();
    }
    refreshing.assertLease();
  }
  return refs.length;
}
