import { LRUCache } from 'lru-cache';
import { bucketMs, leavesAt, leftOf } from '../../domain/budget.ts';
import type { Budgets } from '../../domain/ports/budgets.ts';
import type { Clock, Log, Metrics } from '../../domain/ports/telemetry.ts';
import { createAlone } from './alone.ts';
import { enter, fromSlice, leftIn, noteRunOut, type Share, see, shareOf, takeSlice } from './share.ts';

export interface Spending {
  readonly caller: string;
  /** Requests a minute. */
  readonly limit: number;
  readonly requests: number;
}

export interface Outcome {
  readonly isAdmitted: boolean;
  /** What is left, as far as this process knows. */
  readonly left: number;
  /** After how many seconds there is more; where the caller was refused: enough for the same request. */
  readonly seconds: number;
  /** Of what was admitted: it was not used. */
  giveBack(): void;
}

export interface Limiter {
  /** Takes so many requests from what the caller has left; where there are not so many left, none. Never throws. */
  spend(spending: Spending): Promise<Outcome>;
  /** As `spend`, without a request. */
  look(spending: Pick<Spending, 'caller' | 'limit'>): Pick<Outcome, 'left' | 'seconds'>;
}

const mostCallers = 10_000;

interface LimiterParts {
  readonly budgets: Pick<Budgets, 'get' | 'take' | 'noteLimited'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What a process knows is good for so long, where it would take more. */
const knownMs = 1_000;
/** Where nothing was left, it looks again after so long. */
const spentMs = 3_000;

/** Rule LIMIT-7: once nothing was left, a twentieth of the limit must be, or a caller who never stops costs a write for every few requests. */
const leastFor = ({ isSpent }: Share, { limit, requests }: Pick<Spending, 'limit' | 'requests'>) =>
  isSpent ? Math.max(requests, Math.ceil(limit / 20)) : requests;

/** The limits of callers over all processes: a process takes slices of what a caller has left, and admits from them (rules LIMIT-6 to LIMIT-8). */
export function createLimiter({ budgets, clock, log, metrics }: LimiterParts): Limiter {
  const shares = new LRUCache<string, Share>({ max: mostCallers });
  const alone = createAlone({ clock, log, metrics });

  function shareFor(caller: string): Share {
    const known = shares.get(caller);
    if (known !== undefined) return known;
    const fresh = shareOf(caller, clock.now());
    shares.set(caller, fresh);
    return fresh;
  }

  /** How to give them back; undefined: there are not so many left. */
  async function take(share: Share, spending: Spending): Promise<(() => void) | undefined> {
    const { limit, requests } = spending;
    for (let isFirst = true; ; isFirst = false) {
      const now = clock.now();
      enter(share, now);
      // Admitted or not, it is part of what this process is asked for.
      if (isFirst) share.slice.asked += requests;
      const giveBack = fromSlice(share, requests);
      if (giveBack !== undefined) return giveBack;
      if (alone.isOn()) return alone.spend(spending);
      if (now - share.seenAt >= (share.isSpent ? spentMs : knownMs)) {
        await alone.unless(share, () => see(share, clock.now(), budgets));
        continue;
      }
      const left = leftIn(share, limit, now);
      if (left < leastFor(share, spending)) {
        if (left === 0) noteSpent(share, limit);
        return undefined;
      }
      share.waiting += requests;
      try {
        await alone.unless(share, () => takeSlice(share, limit, clock.now(), budgets));
      } finally {
        share.waiting -= requests;
      }
    }
  }

  /** No answer waits for it. */
  function noteSpent(share: Share, limit: number): void {
    if (share.isSpent) return;
    share.isSpent = true;
    void alone.unless(share, () => noteRunOut(share, limit, clock.now(), budgets));
  }

  const secondsUntil = (at: number | undefined): number =>
    Math.max(1, Math.ceil(((at ?? clock.now() + bucketMs) - clock.now()) / 1_000));

  function look({ caller, limit }: Pick<Spending, 'caller' | 'limit'>) {
    const share = shareFor(caller);
    const now = clock.now();
    enter(share, now);
    const budget = alone.budgetOf(share);
    const left = alone.isOn() ? leftOf(budget, limit, now) : leftIn(share, limit, now);
    return { left, seconds: secondsUntil(leavesAt(budget, limit, 0, now)) };
  }

  return {
    async spend(spending) {
      const { caller, limit } = spending;
      // A request for more than a whole minute's limit would never be admitted.
      const asked = { ...spending, requests: Math.min(spending.requests, limit) };
      const share = shareFor(caller);
      const giveBack = await take(share, asked);
      if (giveBack !== undefined) return { isAdmitted: true, giveBack, ...look(spending) };
      const at = leavesAt(alone.budgetOf(share), limit, leastFor(share, asked), clock.now());
      const left = share.isSpent ? 0 : look(spending).left;
      return { isAdmitted: false, left, seconds: secondsUntil(at), giveBack() {} };
    },
    look,
  };
}
