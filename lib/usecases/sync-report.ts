import type { BlockRef } from '../domain/chain.ts';
import { lagOf } from '../domain/lag.ts';
import type { Head, Progress } from '../domain/progress.ts';
import type { Service } from '../domain/service.ts';
import type { Tick } from '../domain/tick.ts';

/** How far sync has come, by what the store knows: no node is asked. */
export interface SyncReport {
  readonly cursor: BlockRef | null;
  readonly tip: Head | null;
  readonly lagBlocks: number | null;
  readonly lagSeconds: number | null;
  readonly stalled: Progress['stalled'];
  readonly lastTicks: readonly Tick[];
}

/** Throws StoreUnavailable. */
export async function syncReport({ progress, clock }: Pick<Service, 'progress' | 'clock'>): Promise<SyncReport> {
  const [there, lastTicks] = await Promise.all([progress.read(), progress.ticks()]);
  const lag = lagOf(there, clock.now());
  const { cursor, head: tip, stalled } = there;
  return { cursor, tip, lagBlocks: lag?.blocks ?? null, lagSeconds: lag?.seconds ?? null, stalled, lastTicks };
}
