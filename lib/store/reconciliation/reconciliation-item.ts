import { blockRef } from '../../domain/block.ts';
import { type PageFound, phases, type Reconciliation, type ShardProgress } from '../../domain/reconciliation.ts';
import type { Scalars } from '../dynamodb/transaction.ts';

const keptSeconds = 90 * 86_400;

/** The parts of a run: the run itself, and each of its shards that has begun. */
export const ofRun = 'run';
export const ofShards = 'shard#';
const ofShard = (shard: number): string => `${ofShards}${String(shard).padStart(2, '0')}`;

/** Says which run is the latest. Its part differs from the parts of runs, so no id of a run can clash with it. */
export const latestKey = { run: 'latest', part: 'pointer' };

/** The partition of `by-started`: all runs are one list. */
export const everyRun = 'all';

/** A run as an item: flat, scalars only; an attribute that is null is not there. */
export interface RunItem {
  readonly run: string;
  readonly part: string;
  /** The partition of `by-started`. */
  readonly list: string;
  /** JSON text. */
  readonly scope: string;
  readonly dryRun: boolean;
  readonly startedBy: Reconciliation['startedBy'];
  readonly requestedBy?: string;
  readonly cancelledBy?: string;
  readonly status: Reconciliation['status'];
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly attempt: number;
  readonly takenUpAt: string;
  /** JSON text. */
  readonly block?: string;
  readonly callsAllowed: number;
  readonly reason?: string;
  /** JSON text. */
  readonly coverage?: string;
  /** JSON text. */
  readonly trails?: string;
  readonly revision: number;
  readonly expiresAt: number;
}

export const itemOfRun = (run: Reconciliation): RunItem & Scalars => ({
  run: run.id,
  part: ofRun,
  list: everyRun,
  scope: JSON.stringify(run.scope),
  dryRun: run.dryRun,
  startedBy: run.startedBy,
  ...(run.requestedBy !== undefined && { requestedBy: run.requestedBy }),
  ...(run.cancelledBy !== undefined && { cancelledBy: run.cancelledBy }),
  status: run.status,
  startedAt: run.startedAt,
  ...(run.finishedAt !== null && { finishedAt: run.finishedAt }),
  attempt: run.attempt,
  takenUpAt: run.takenUpAt,
  ...(run.block !== null && { block: JSON.stringify(blockRef(run.block)) }),
  callsAllowed: run.callsAllowed,
  ...(run.reason !== null && { reason: run.reason }),
  ...(run.coverage !== null && { coverage: JSON.stringify(run.coverage) }),
  ...(run.trails !== undefined && { trails: JSON.stringify(run.trails) }),
  revision: run.revision,
  expiresAt: expiry(run.startedAt),
});

export const runOf = (item: RunItem): Reconciliation => ({
  id: item.run,
  scope: JSON.parse(item.scope),
  dryRun: item.dryRun,
  startedBy: item.startedBy,
  ...(item.requestedBy !== undefined && { requestedBy: item.requestedBy }),
  ...(item.cancelledBy !== undefined && { cancelledBy: item.cancelledBy }),
  status: item.status,
  startedAt: item.startedAt,
  finishedAt: item.finishedAt ?? null,
  attempt: item.attempt,
  takenUpAt: item.takenUpAt,
  block: item.block === undefined ? null : JSON.parse(item.block),
  callsAllowed: item.callsAllowed,
  reason: item.reason ?? null,
  coverage: item.coverage === undefined ? null : JSON.parse(item.coverage),
  ...(item.trails !== undefined && { trails: JSON.parse(item.trails) }),
  revision: item.revision,
});

/** A shard of a run as an item. */
export interface ShardItem {
  readonly run: string;
  readonly part: string;
  readonly shard: number;
  readonly revision: number;
  readonly phase: ShardProgress['phase'];
  readonly done: boolean;
  /** JSON text. */
  readonly after?: string;
  readonly page?: string;
  readonly tally: string;
  readonly updatedAt: string;
  readonly expiresAt: number;
}

export const itemOfShard = (run: string, progress: ShardProgress): ShardItem & Scalars => ({
  run,
  part: ofShard(progress.shard),
  shard: progress.shard,
  revision: progress.revision,
  phase: progress.phase,
  done: progress.done,
  ...(progress.after !== null && { after: JSON.stringify(progress.after) }),
  ...(progress.page !== null && { page: JSON.stringify(progress.page) }),
  tally: JSON.stringify(progress.tally),
  updatedAt: progress.updatedAt,
  expiresAt: expiry(progress.updatedAt),
});

export const shardIn = (item: ShardItem): ShardProgress => ({
  shard: item.shard,
  revision: item.revision,
  phase: presentPhase(item.phase),
  done: item.done,
  after: item.after === undefined ? null : JSON.parse(item.after),
  page: item.page === undefined ? null : pageIn(JSON.parse(item.page)),
  tally: JSON.parse(item.tally),
  updatedAt: item.updatedAt,
});

/** A run that an earlier version began may stand in a phase that is gone: all records of that phase are in the rest too. */
const presentPhase = (phase: ShardProgress['phase']): ShardProgress['phase'] =>
  phases.includes(phase) ? phase : 'rest';

const pageIn = (page: PageFound): PageFound => ({
  ...page,
  next: { ...page.next, phase: presentPhase(page.next.phase) },
});

const expiry = (since: string): number => Math.ceil(Date.parse(since) / 1000) + keptSeconds;
