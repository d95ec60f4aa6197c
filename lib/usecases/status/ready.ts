import { withTimeout } from '../../domain/deadline.ts';
import type { Progress } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';
import { type Lag, lagOf } from './lag.ts';

export interface Ready extends Lag {
  readonly ready: boolean;
  /** Why it is not ready; null: it is. */
  readonly reason: string | null;
  readonly network: string;
  readonly limitSeconds: number;
}

const patienceMs = 1_500;

/** How long `ready` is used again: anyone may ask, as often as they like. */
export const readySeconds = 5;

/** As `readReadiness`; this process reads one at a time, and none for five seconds after it was ready. */
export const recentReadiness = (
  limitSeconds: number,
  service: Pick<Service, 'network' | 'progress' | 'memory' | 'clock'>,
): Promise<Ready> =>
  service.memory.recent(
    'ready',
    readySeconds * 1_000,
    () => readReadiness(limitSeconds, service),
    ({ ready }) => ready,
  );

/**
 * Ready while the data is within its limit of lag and sync has not stalled. Reads the store only, never the chain. Anyone may
 * see it: it names no node, and why sync has stalled is for operators.
 */
export async function readReadiness(
  limitSeconds: number,
  service: Pick<Service, 'network' | 'progress' | 'memory' | 'clock'>,
): Promise<Ready> {
  const { network } = service;
  const progress = await withTimeout(service.progress.read(), patienceMs).catch(() => undefined);
  if (progress === undefined) {
    const unknown = { cursor: null, head: null, lagBlocks: null, lagSeconds: null };
    return { ready: false, reason: 'the store is not available', network, ...unknown, limitSeconds };
  }
  const lag = lagOf(progress, service);
  const reason = whyNot(lag, progress, limitSeconds);
  return { ready: reason === null, reason, network, ...lag, limitSeconds };
}

function whyNot({ lagSeconds }: Lag, { cursor, stalled }: Progress, limitSeconds: number): string | null {
  if (cursor === null || lagSeconds === null) return 'sync has not followed the chain yet';
  if (stalled !== null) return `sync has stalled since ${stalled.since}`;
  if (lagSeconds > limitSeconds) return `the data is ${lagSeconds} s behind, more than ${limitSeconds} s`;
  return null;
}
