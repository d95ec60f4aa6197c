import type { Service } from '../../domain/service.ts';
import type { StoppedBy, Tick } from '../../domain/tick.ts';
import { warm } from '../reading/hot-keys.ts';
import { lagOf } from '../status/lag.ts';
import { storeFailed } from '../store-access.ts';
import { noteStall } from './note-stall.ts';
import { sync, type TickBudget } from './sync.ts';

/** A tick that did not reach the tip is nothing unusual until the data is so old. */
const stalledAfterSeconds = 120;
/** Of what is read most, how many are read again after a basis has changed. */
const warmedAfterChange = 20;

const getsOn: ReadonlySet<StoppedBy> = new Set(['done', 'time', 'calls']);

/** One tick of sync, and all that is told of it. */
export async function runTick(service: Service, budget?: TickBudget): Promise<Tick> {
  const { tick: done, basesChanged } = await sync(service, budget);
  const { metrics, log } = service;
  metrics.count('SyncTick');
  metrics.count('SyncCalls', done.calls);
  metrics.count('SyncRefreshed', done.refreshed);
  if (done.from !== null && done.to !== null) metrics.count('SyncBlocks', done.to - done.from + 1);
  if (done.stoppedBy !== 'busy') {
    await tell(done, basesChanged, service).catch((error: unknown) => storeFailed(error, service));
    if (!getsOn.has(done.stoppedBy))
      log.warn('sync did not get on', { stoppedBy: done.stoppedBy, reason: done.reason });
  }
  await service.chain.flushed();
  return done;
}

async function tell(done: Tick, basesChanged: readonly string[], service: Service): Promise<void> {
  const { progress, clock, metrics } = service;
  await progress.noteTick(done);
  const there = await progress.read();
  const { lagBlocks, lagSeconds } = lagOf(there, service);
  metrics.count('SyncLagBlocks', lagBlocks ?? 0);
  metrics.count('SyncLagSeconds', lagSeconds ?? 0);
  const isBehind = lagSeconds === null || lagSeconds > stalledAfterSeconds;
  if (getsOn.has(done.stoppedBy)) {
    if (there.stalled !== null) await noteStall(null, service);
  } else if (done.stoppedBy === 'reset' || done.stoppedBy === 'defect' || isBehind) {
    await noteStall({ since: new Date(clock.now()).toISOString(), reason: done.reason ?? done.stoppedBy }, service);
  }
  if (basesChanged.length > 0) await warm({ limit: warmedAfterChange, dependingOn: basesChanged }, service);
}
