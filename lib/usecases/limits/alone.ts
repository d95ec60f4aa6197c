import { LRUCache } from 'lru-cache';
import { bucketOf, type CallerBudget, emptyBudget, givenBack, leftOf, takenFrom } from '../../domain/budget.ts';
import { withTimeout } from '../../domain/deadline.ts';
import type { Clock, Log, Metrics } from '../../domain/ports/telemetry.ts';
import { storeFailed } from '../store-access.ts';
import type { Share } from './share.ts';

/** A request waits no longer for a slice. */
const patienceMs = 500;
/** After a failure, the store is not asked for so long. */
const aloneMs = 5_000;
const mostCallers = 10_000;

export interface Alone {
  isOn(): boolean;
  /** Changes a share by way of the store, one change at a time for each share; the others wait for it. After a failure it is on. */
  unless(share: Share, change: () => Promise<void>): Promise<void>;
  /** The budget that counts now. */
  budgetOf(share: Share): CallerBudget;
  /** How to give them back; undefined: there are not so many left. */
  spend(spending: {
    readonly caller: string;
    readonly limit: number;
    readonly requests: number;
  }): (() => void) | undefined;
}

/** Rule LIMIT-8: without the store, each process holds the whole limit by itself. */
export function createAlone({ clock, log, metrics }: { clock: Clock; log: Log; metrics: Metrics }): Alone {
  const admitted = new LRUCache<string, CallerBudget>({ max: mostCallers });
  const changes = new WeakMap<Share, Promise<void>>();
  let until = Number.NEGATIVE_INFINITY;

  const isOn = (): boolean => clock.steady() < until;
  const admittedOf = (caller: string): CallerBudget => admitted.get(caller) ?? emptyBudget(caller);

  function begin(error: unknown): void {
    storeFailed(error, { log, metrics });
    until = clock.steady() + aloneMs;
  }

  async function inTime(change: () => Promise<void>): Promise<void> {
    const isDone = await withTimeout(
      change().then(() => true),
      patienceMs,
    );
    if (isDone !== true) throw new Error('the budget was not written in time');
  }

  return {
    isOn,

    unless(share, change) {
      const running = changes.get(share);
      if (running !== undefined) return running;
      const started = inTime(change)
        .catch(begin)
        .finally(() => changes.delete(share));
      changes.set(share, started);
      return started;
    },

    budgetOf: ({ budget }) => (isOn() ? admittedOf(budget.caller) : budget),

    spend({ caller, limit, requests }) {
      const now = clock.now();
      const budget = admittedOf(caller);
      if (leftOf(budget, limit, now) < requests) return undefined;
      admitted.set(caller, takenFrom(budget, requests, now));
      return () => void admitted.set(caller, givenBack(admittedOf(caller), { bucket: bucketOf(now), requests }));
    },
  };
}
