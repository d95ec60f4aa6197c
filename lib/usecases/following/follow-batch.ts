import pLimit from 'p-limit';
import { blockRef } from '../../domain/block.ts';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import { LOGIC_VERSION, type Progress } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { basisKind } from '../process/snapshots.ts';
import { batchBases } from './batch-bases.ts';
import { discover } from './discover.ts';
import { findWatchers } from './find-watchers.ts';
import { type Batch, type FollowContext, Overtaken, type RefreshContext } from './following.ts';
import { moveBases } from './move-bases.ts';
import { refreshWatched } from './refresh-watched.ts';

export interface FollowedBatch {
  /** Bases and records. */
  readonly refreshed: number;
  readonly basesChanged: readonly string[];
}

const refreshedAtOnce = 16;
/** So many records are in memory at a time, whatever a batch leads to. */
const pageSize = 200;

/**
 * One batch, in the order that makes claims through the cursor true: the mark, who watches what was written, the bases,
 * the records with their cache entries, and the cursor last. Throws Overtaken.
 */
export async function followBatch(following: FollowContext, service: Service): Promise<FollowedBatch> {
  const { batch, snapshot, leaseToken, assertLease } = following;
  const { progress } = snapshot;
  const marked = await service.progress.publishMark(batch.last.height, progress.fork, leaseToken);
  if (!marked) throw new Overtaken('another runner has begun to write');

  const found = await findWatchers(batch.written, service);
  const refs = [...found.values()].map(({ ref }) => ref);
  const moved = await moveBases({ ...following, found }, service);
  assertLease();

  const discovered = await discover(batch, moved.seen, snapshot, service);
  const entities = new Map([...refs.filter(isEntity), ...discovered].map((ref) => [refKey(ref), ref]));
  const refreshing = {
    ...following,
    found,
    bases: batchBases({ ...following, moved: moved.seen, found }, service),
  };
  const refreshed = await refreshAll([...entities.values()], refreshing, service);
  assertLease();

  const hasMoved = await service.progress.moveCursor({
    from: progress.cursor,
    fork: progress.fork,
    leaseToken,
    to: blockRef(batch.last),
    followedFrom: Math.max(progress.followedFrom ?? 0, batch.unseen?.height ?? 0),
    protocolVersion: batch.protocolVersion,
    logicVersion: LOGIC_VERSION,
    // One that was passed by is read again with the next batch.
    settings: moved.all ? service.shared.settings : '',
    ...(batch.unseen !== undefined && progress.cursor !== null && { reconcileFrom: askedFor(batch.unseen) }),
  });
  if (!hasMoved) throw new Overtaken('another runner has moved the cursor');
  return { refreshed: moved.seen.size + refreshed, basesChanged: moved.changed };

  function askedFor(unseen: NonNullable<Batch['unseen']>): NonNullable<Progress['reconcileFrom']> {
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
