import { LRUCache } from 'lru-cache';
import {
  bucketMs,
  bucketOf,
  type CallerBudget,
  emptyBudget,
  excessOf,
  freesAt,
  givenBack,
  leavesAt,
  leftOf,
  mayCount,
  takenFrom,
} from '../../domain/budget.ts';
import { withTimeout } from '../../domain/deadline.ts';
import type { Budgets } from '../../domain/ports/budgets.ts';
import type { Clock, Log, Metrics } from '../../domain/ports/telemetry.ts';
import { storeFailed } from '../store-access.ts';
import { type Slice, sizeOfNext, sliceAt, unusedOf } from './slice.ts';

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
}

export interface Limiter {
  /** Takes so many requests from what the caller has left; where there are not so many left, none. Never throws. */
  spend(spending: Spending): Promise<Outcome>;
  /** As `spend`, without a request. */
  look(spending: Pick<Spending, 'caller' | 'limit'>): Pick<Outcome, 'left' | 'seconds'>;
}

interface Known {
  /** As the store last had it. Others may have taken more since. */
  budget: CallerBudget;
  slice: Slice;
  /** Nothing was left when it was last refused. */
  isSpent: boolean;
  /** What was admitted here without the store. */
  alone: CallerBudget;
  /** Requests that wait for the next slice. */
  waiting: number;
  taking: Promise<void> | undefined;
}

const mostCallers = 10_000;
/** A request waits no longer for a slice. */
const patienceMs = 500;
/** After a failure, the store is not asked for so long. */
const aloneMs = 5_000;

interface LimiterParts {
  readonly budgets: Pick<Budgets, 'take' | 'noteLimited'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Rule LIMIT-7: once nothing was left, a tenth of the limit must be, or a caller who never stops costs a write for every few requests. */
const leastFor = ({ isSpent }: Pick<Known, 'isSpent'>, { limit, requests }: Pick<Spending, 'limit' | 'requests'>) =>
  isSpent ? Math.max(requests, Math.ceil(limit / 10)) : requests;

/** What the caller has left once this process has given back what it does not use. */
const withoutUnused = ({ budget, slice }: Known, limit: number, now: number): number =>
  leftOf(givenBack(budget, unusedOf(slice, bucketOf(now))), limit, now);

/** What the next write gives back; null: nothing, or what no longer counts. */
function backOf({ slice }: Known, now: number) {
  const unused = unusedOf(slice, bucketOf(now));
  return unused.requests > 0 && mayCount(unused.bucket, now) ? unused : null;
}

/** The limits of callers over all processes: a process takes slices of what a caller has left, and admits from them (rules LIMIT-6 to LIMIT-8). */
export function createLimiter({ budgets, clock, log, metrics }: LimiterParts): Limiter {
  const callers = new LRUCache<string, Known>({ max: mostCallers });
  let aloneUntil = Number.NEGATIVE_INFINITY;

  function knownOf(caller: string): Known {
    const known = callers.get(caller);
    if (known !== undefined) return known;
    const empty = emptyBudget(caller);
    const fresh = {
      budget: empty,
      slice: sliceAt(bucketOf(clock.now())),
      isSpent: false,
      alone: empty,
      waiting: 0,
      taking: undefined,
    };
    callers.set(caller, fresh);
    return fresh;
  }

  const isAlone = (): boolean => clock.steady() < aloneUntil;

  function leftAt(known: Known, limit: number): number {
    const now = clock.now();
    if (isAlone()) return leftOf(known.alone, limit, now);
    const { bucket, held } = known.slice;
    return withoutUnused(known, limit, now) + (bucket === bucketOf(now) ? held : 0);
  }

  /** From the slice of the running bucket: what is left of an older one was taken in another minute, and is given back with the next. */
  function fromSlice({ slice }: Known, requests: number): boolean {
    if (slice.bucket !== bucketOf(clock.now()) || slice.held < requests) return false;
    slice.held -= requests;
    slice.spent += requests;
    return true;
  }

  /**
   * Takes without asking first: the answer says whether there was so much. What was too much is not admitted from, and is given back
   * with the next slice, as is what is left of the slice before.
   */
  async function takeSlice(known: Known, limit: number): Promise<void> {
    const now = clock.now();
    const bucket = bucketOf(now);
    const slice = known.slice.bucket === bucket ? known.slice : sliceAt(bucket, known.slice);
    const left = withoutUnused(known, limit, now);
    const size = sizeOfNext(slice, { limit, left, needed: known.waiting - slice.held });
    if (size <= 0) return;
    const back = backOf(known, now);
    known.budget = await budgets.take(known.budget.caller, { bucket, requests: size, back });
    slice.excess = Math.min(size, excessOf(known.budget, limit, now));
    slice.held += size - slice.excess;
    slice.size = size;
    known.slice = slice;
    known.isSpent = false;
  }

  /**
   * Once for each time that a caller runs out, for those who operate the service; what was not used is given back, and what others have
   * given back is seen. No answer waits for it.
   */
  async function settle(known: Known): Promise<void> {
    const now = clock.now();
    const until = freesAt(known.budget, now);
    if (until === undefined || isAlone()) return;
    const { slice } = known;
    known.budget = await budgets.noteLimited(known.budget.caller, until, backOf(known, now));
    slice.excess = 0;
    if (slice.bucket !== bucketOf(now)) slice.held = 0;
  }

  /** One at a time for each caller; the others wait for it. */
  function inTime(known: Known, change: () => Promise<void>): Promise<void> {
    known.taking ??= withTimeout(
      change().then(() => true),
      patienceMs,
    )
      .then((isDone) => {
        if (isDone !== true) throw new Error('the budget was not written in time');
      })
      .catch((error: unknown) => {
        storeFailed(error, { log, metrics });
        aloneUntil = clock.steady() + aloneMs;
      })
      .finally(() => {
        known.taking = undefined;
      });
    return known.taking;
  }

  /** Rule LIMIT-8: without the store, each process holds the whole limit by itself. */
  function spendAlone(known: Known, { limit, requests }: Spending): boolean {
    const now = clock.now();
    if (leftOf(known.alone, limit, now) < requests) return false;
    known.alone = takenFrom(known.alone, requests, now);
    return true;
  }

  async function isAdmitted(known: Known, spending: Spending): Promise<boolean> {
    const { limit, requests } = spending;
    for (;;) {
      if (fromSlice(known, requests)) return true;
      if (isAlone()) return spendAlone(known, spending);
      // Rule LIMIT-7: what this process knows to be spent is spent, but for what others give back: it does not ask again.
      const left = leftAt(known, limit);
      if (left < leastFor(known, spending)) {
        if (left === 0 && !known.isSpent) {
          known.isSpent = true;
          void inTime(known, () => settle(known));
        }
        return false;
      }
      known.waiting += requests;
      try {
        await inTime(known, () => takeSlice(known, limit));
      } finally {
        known.waiting -= requests;
      }
    }
  }

  function secondsUntil(at: number): number {
    return Math.max(1, Math.ceil((at - clock.now()) / 1_000));
  }

  const budgetIn = (known: Known): CallerBudget => (isAlone() ? known.alone : known.budget);

  return {
    async spend(spending) {
      const { caller, limit } = spending;
      // A request for more than a whole minute's limit would never be admitted.
      const asked = { ...spending, requests: Math.min(spending.requests, limit) };
      const known = knownOf(caller);
      if (await isAdmitted(known, asked)) return { isAdmitted: true, ...this.look(spending) };
      metrics.count('RequestLimited');
      const at = leavesAt(budgetIn(known), limit, leastFor(known, asked), clock.now());
      return { isAdmitted: false, left: known.isSpent ? 0 : leftAt(known, limit), seconds: secondsUntil(at) };
    },

    look({ caller, limit }) {
      const known = knownOf(caller);
      const now = clock.now();
      return {
        left: leftAt(known, limit),
        seconds: secondsUntil(freesAt(budgetIn(known), now) ?? now + bucketMs),
      };
    },
  };
}
