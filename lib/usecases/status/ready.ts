import { withTimeout } from '../../domain/deadline.ts';
import type { Progress } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';
import { type Lag, lagOf } from './lag.ts';

export interface Ready extends Lag {
  readonly ready: boolean;
  /** A sentence where it is not. */
  readonly reason: string | null;
  readonly limitSeconds: number;
}

const patienceMs = 1_500;

/** Ready while the data is within its limit of lag and sync gets on; by what the store says, without a call to the chain. */
export async function readReadiness(
  limitSeconds: number,
  service: Pick<Service, 'progress' | 'memory' | 'clock'>,
): Promise<Ready> {
  const progress = await withTimeout(service.progress.read(), patienceMs).catch(() => undefined);
  if (progress === undefined) {
    const unknown = { cursor: null, head: null, lagBlocks: null, lagSeconds: null };
    return { ready: false, reason: 'the store cannot be read', ...unknown, limitSeconds };
  }
  const lag = lagOf(progress, service);
  const reason = whyNot(lag, progress, limitSeconds);
  return { ready: reason === null, reason, ...lag, limitSeconds };
}

function whyNot({ lagSeconds }: Lag, { cursor, stalled }: Progress, limitSeconds: number): string | null {
  if (cursor === null || lagSeconds === null) return 'the chain has not been followed yet';
  if (stalled !== null) return `sync has stalled since ${stalled.since}: ${stalled.reason}`;
  if (lagSeconds > limitSeconds) return `the data is ${lagSeconds} s behind, more than ${limitSeconds} s`;
  return null;
}
