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
/** Reconciliation and enumeration can wait: they share the part of the readers, and take of it what readers leave. */
const reconciliationShare = 0.4;
/** What they have of the rate however much readers ask, so that they come to an end. */
const leastShare = 0.05;

/**
 * Rule LIMIT-3: sync may use the whole rate, readers and reconciliation together a part of it. A call of theirs takes its
 * permit of the part first and enters the queue of the whole only then, so that sync never waits behind them all. A call of
 * reconciliation takes one of the part only when readers leave half of what may be asked for at once, so that no reader
 * queues behind it.
 */
export function createPermits(callsPerSecond: number | null, clock: Clock): Permits {
  const bucket = (share: number) => createTokenBucket(callsPerSecond && callsPerSecond * share, clock);
  const [whole, part, last, least] = [bucket(1), bucket(readerShare), bucket(reconciliationShare), bucket(leastShare)];
  const queues = { sync: [whole], reader: [part, whole], reconciliation: [last, part, whole] };
  /** Until readers leave room, or reconciliation has had less than its least share. */
  const roomMs = (): number => Math.min(part.spareMs, least.waitMs);

  return {
    waitMs: (purpose = 'sync') =>
      purpose === 'reconciliation'
        ? Math.max(last.waitMs, roomMs(), whole.waitMs)
        : Math.max(...queues[purpose].map(({ waitMs }) => waitMs)),

    async take(purpose = 'sync', longestMs, signal) {
      let leftMs = longestMs;
      const taken: ReturnType<typeof bucket>[] = [];
      for (const queue of queues[purpose]) {
        const comesLast = purpose === 'reconciliation' && queue === part;
        // Nothing is awaited between the last look and the taking: callers who look at once would all take.
        for (let waitMs = comesLast ? roomMs() : 0; waitMs > 0; waitMs = roomMs())
          if (!(await waited(waitMs))) return giveBack();
        const from = comesLast && part.spareMs > 0 ? least : queue;
        const waitMs = from.take();
        taken.push(from);
        if (!(await waited(waitMs))) return giveBack();
      }
      return true;

      async function waited(waitMs: number): Promise<boolean> {
        if (waitMs > leftMs) return false;
        if (waitMs > 0) await pause(waitMs, signal);
        leftMs -= waitMs;
        return waitMs === 0 || !signal.aborted;
      }

      function giveBack(): false {
        for (const { release } of taken) release();
        return false;
      }
    },
  };
}
