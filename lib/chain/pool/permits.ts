import { pause } from '../../domain/deadline.ts';
import type { Purpose } from '../../domain/ports/chain.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import { createTokenBucket } from './token-bucket.ts';

/** Permits for the calls to one node. */
export interface Permits {
  /** Milliseconds until a permit is free for this purpose. */
  waitMs(purpose: Purpose | undefined): number;
  /** True: the call may be sent now. False: no permit came within so many milliseconds, or before the abort. */
  take(purpose: Purpose | undefined, longestMs: number, signal: AbortSignal): Promise<boolean>;
}

/** What is left of a node's rate belongs to sync alone. */
const readerShare = 0.8;
/** Reconciliation can wait: it shares the part of the readers. */
const reconciliationShare = 0.4;

/**
 * Rule LIMIT-3: sync may use the whole rate, readers and reconciliation together a part of it. A call of theirs takes its
 * permit of the part first and enters the queue of the whole only then, so that sync never waits behind them all.
 */
export function createPermits(callsPerSecond: number | null, clock: Clock): Permits {
  const bucket = (share: number) => createTokenBucket(callsPerSecond && callsPerSecond * share, clock);
  const [whole, part, last] = [bucket(1), bucket(readerShare), bucket(reconciliationShare)];
  const queues = { sync: [whole], reader: [part, whole], reconciliation: [last, part, whole] };

  return {
    waitMs: (purpose = 'sync') => Math.max(...queues[purpose].map(({ waitMs }) => waitMs)),

    async take(purpose = 'sync', longestMs, signal) {
      let leftMs = longestMs;
      const taken = [];
      for (const queue of queues[purpose]) {
        const waitMs = queue.take();
        taken.push(queue);
        if (waitMs === 0) continue;
        if (waitMs <= leftMs) await pause(waitMs, signal);
        if (waitMs > leftMs || signal.aborted) {
          for (const { release } of taken) release();
          return false;
        }
        leftMs -= waitMs;
      }
      return true;
    },
  };
}
