import type { Progress } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';
import type { Tick } from '../../domain/tick.ts';
import { type Lag, lagOf } from '../status/lag.ts';

/** How far sync has come, by what the store knows: no node is asked. */
export interface SyncReport extends Omit<Lag, 'head'> {
  readonly tip: Lag['head'];
  readonly stalled: Progress['stalled'];
  readonly lastTicks: readonly Tick[];
}

/** Throws StoreUnavailable. */
export async function readSyncReport(service: Pick<Service, 'progress' | 'memory' | 'clock'>): Promise<SyncReport> {
  const [there, lastTicks] = await Promise.all([service.progress.read(), service.progress.ticks()]);
  const { head: tip, ...lag } = lagOf(there, service);
  return { ...lag, tip, stalled: there.stalled, lastTicks };
}
