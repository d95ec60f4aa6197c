import type { Service } from '../../domain/service.ts';
import { servedTick, type Tick } from '../../domain/tick.ts';
import { warm } from '../reading/hot-keys.ts';
import { storeFailed } from '../store-access.ts';
import { followToTip, type TickBudget } from './follow-to-tip.ts';
import { reportTick } from './sync-report.ts';
import type { PassRequest } from './unreadable-blocks.ts';

/** How many of the hot keys are read again after a basis has changed. */
const warmedAfterChange = 20;

/**
 * One tick of sync: follow the chain to its tip, report how far that went, and read the hot keys again that depend on a
 * changed basis. Every failure is an outcome of the tick (`stoppedBy`), not an exception.
 */
export async function runTick(service: Service, budget?: TickBudget, wish?: PassRequest): Promise<Tick> {
  // Rule LIMIT-3.
  const following = await service.chain.counted(() => followToTip(service, budget, wish), 'sync');
  const { tick, basesChanged } = following.value;
  try {
    await reportTick(tick, service);
    if (basesChanged.length > 0) await warm({ limit: warmedAfterChange, dependingOn: basesChanged }, service);
  } catch (error) {
    // The blocks are followed: a report that cannot be stored does not make the tick fail.
    storeFailed(error, service);
  }
  await service.chain.flushed();
  return servedTick(tick);
}
