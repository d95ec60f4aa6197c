import type { BlockRef } from '../../domain/block.ts';
import { syncSubject } from '../../domain/events.ts';
import type { Progress } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';
import { type NotedTick, type StoppedBy, servedTick, type Tick } from '../../domain/tick.ts';
import { type Lag, lagOf } from '../status/lag.ts';
import { measureNodes } from '../status/measure-nodes.ts';

/** How far sync has come, as the store knows it: no node is asked. */
export interface SyncReport extends Omit<Lag, 'head'> {
  readonly tip: Lag['head'];
  readonly stalled: Progress['stalled'];
  readonly reconcileFrom: Progress['reconcileFrom'];
  /** Where the network was reset and sync was not rewound yet: the highest block that is known to be of both histories. */
  readonly commonBlock: Pick<BlockRef, 'height' | 'hash'> | null;
  readonly lastTicks: readonly Tick[];
}

/** Throws StoreUnavailable. */
export async function readSyncReport(service: Pick<Service, 'progress' | 'memory' | 'clock'>): Promise<SyncReport> {
  const [progress, ticks] = await Promise.all([service.progress.read(), service.progress.ticks()]);
  const { head: tip, ...lag } = lagOf(progress, service);
  const { stalled, reconcileFrom } = progress;
  const commonBlock = commonBlockOf(ticks, progress);
  return { ...lag, tip, stalled, reconcileFrom, commonBlock, lastTicks: ticks.map(servedTick) };
}

/** Rule FOLLOW-8: what the latest tick that found the reset has named, until sync moves, or an operator has set it back. */
function commonBlockOf(ticks: readonly NotedTick[], { cursor }: Pick<Progress, 'cursor'>): SyncReport['commonBlock'] {
  const moved = ticks.findIndex(({ stoppedBy }) => makesProgress.has(stoppedBy));
  const found = ticks.slice(0, moved < 0 ? undefined : moved).find(({ stoppedBy }) => stoppedBy === 'reset')?.common;
  if (found === undefined || cursor === null || cursor.height <= found.height) return null;
  return { height: found.height, hash: found.hash };
}

/** A tick that does not reach the tip is normal until the data is older than this. */
const stalledAfterSeconds = 120;

const makesProgress: ReadonlySet<StoppedBy> = new Set(['done', 'time', 'calls']);

/** Counts a tick, stores it, and begins or ends a stall. Throws StoreUnavailable. */
export async function reportTick(tick: NotedTick, service: Service): Promise<void> {
  const { progress, clock, metrics, log } = service;
  metrics.count('SyncTick');
  metrics.count('SyncCalls', tick.calls);
  metrics.count('SyncRefreshed', tick.refreshed);
  if (tick.from !== null && tick.to !== null) metrics.count('SyncBlocks', tick.to - tick.from + 1);
  if (tick.stoppedBy === 'busy') return metrics.count('SyncBusy');
  metrics.measure('SyncMilliseconds', tick.milliseconds);
  measureNodes(service);
  const stopped = { stoppedBy: tick.stoppedBy, reason: tick.reason };
  if (!makesProgress.has(tick.stoppedBy)) {
    metrics.count('SyncStopped');
    log.warn('sync made no progress', stopped);
  }

  await progress.noteTick(tick);
  const current = await progress.read();
  const { lagBlocks, lagSeconds } = lagOf(current, service);
  if (lagBlocks !== null) metrics.gauge('SyncLagBlocks', lagBlocks);
  if (lagSeconds !== null) metrics.gauge('SyncLagSeconds', lagSeconds);
  const isBehind = lagSeconds === null || lagSeconds > stalledAfterSeconds;
  if (makesProgress.has(tick.stoppedBy)) {
    if (current.stalled !== null) await noteStall(null, service);
    metrics.gauge('SyncStalledSeconds', 0);
  } else if (tick.stoppedBy === 'reset' || tick.stoppedBy === 'defect' || isBehind) {
    const now = new Date(clock.now()).toISOString();
    const since = current.stalled?.since ?? now;
    metrics.gauge('SyncStalledSeconds', Math.max(1, Math.round((Date.parse(now) - Date.parse(since)) / 1_000)));
    await noteStall({ since: now, reason: tick.reason ?? tick.stoppedBy }, service);
  }
}

type Stall = NonNullable<Progress['stalled']>;
type StallService = Pick<Service, 'progress' | 'audit' | 'outbox' | 'metrics' | 'log' | 'clock'>;

/**
 * Notes that sync has stalled, or (null) that it makes progress again, with an audit entry and an event for each.
 * Every tick that finds a stall publishes it again, with the moment that the store holds, and a stall is cleared only after
 * its end was published. So a runner that is killed in between loses neither.
 */
export async function noteStall(stalled: Progress['stalled'], service: StallService): Promise<void> {
  const { progress, metrics, log, clock } = service;
  if (stalled !== null) {
    if (await progress.noteStall(stalled)) metrics.count('SyncStalled');
    const stored = (await progress.read()).stalled;
    if (stored !== null) await publishStall('SyncStalled', stored, stored.since, service);
    return;
  }
  const ended = (await progress.read()).stalled;
  if (ended === null) return;
  await publishStall('SyncRecovered', ended, new Date(clock.now()).toISOString(), service);
  if (!(await progress.noteStall(null))) return;
  const seconds = Math.max(0, Math.round((clock.now() - Date.parse(ended.since)) / 1_000));
  metrics.count('SyncRecovered');
  log.warn(`sync moves again after ${seconds} s`, { seconds, reason: ended.reason });
}

/** May be repeated: the event keeps its id, and an audit entry with the same content is not appended again. */
async function publishStall(
  type: 'SyncStalled' | 'SyncRecovered',
  stall: Stall,
  at: string,
  { audit, outbox }: StallService,
): Promise<void> {
  const [before, after] = type === 'SyncStalled' ? [null, stall] : [stall, null];
  await audit.append({
    ref: { kind: 'service', id: 'sync' },
    cause: 'sync',
    actor: 'service',
    before: { stalled: before },
    after: { stalled: after },
    block: null,
    timestamp: at,
  });
  await outbox.put({ id: `${type}#${stall.since}`, type, at, detail: stall }, syncSubject);
}
