import { LookupError } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import type { Tick } from '../../domain/tick.ts';
import type { TickBudget } from './follow-to-tip.ts';
import { runTick } from './tick.ts';
import { type PassRequest, stuckAtBlock } from './unreadable-blocks.ts';

/**
 * Rule FOLLOW-10: a tick in which an operator lets sync pass the block at which it stands, for whatever reason the block
 * cannot be had. Where the block can be read by now it is followed like any other. Throws LookupError (`conflict_state`)
 * where sync does not stand at this block, or another process runs a tick.
 */
export async function passBlock(wish: PassRequest, service: Service, budget?: TickBudget): Promise<Tick> {
  const place = await placeOf(service);
  if (place === undefined) throw new LookupError('conflict_state', 'sync does not stand at a block');
  if (place !== wish.height)
    throw new LookupError('conflict_state', `sync stands at block ${place}, not at ${wish.height}`);
  const tick = await runTick(service, budget, wish);
  if (tick.stoppedBy === 'busy')
    throw new LookupError('conflict_state', 'another process runs a tick', { retryable: true, retryAfter: 15 });
  return tick;
}

/** The height of the block that the latest tick could not take; undefined: it ended for another reason. */
async function placeOf({ progress }: Pick<Service, 'progress'>): Promise<number | undefined> {
  const [{ cursor }, [latest]] = await Promise.all([progress.read(), progress.ticks()]);
  if (cursor === null || latest?.stoppedBy !== 'chain') return undefined;
  if (latest.stuckAt === null) return cursor.height + 1;
  const prefix = stuckAtBlock('');
  return latest.stuckAt.startsWith(prefix) ? Number(latest.stuckAt.slice(prefix.length)) : undefined;
}
