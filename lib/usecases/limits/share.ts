import {
  bucketOf,
  type CallerBudget,
  emptyBudget,
  excessOf,
  givenBack,
  leavesAt,
  leftOf,
  mayCount,
  type Taken,
} from '../../domain/budget.ts';
import type { Budgets } from '../../domain/ports/budgets.ts';
import { firstSlice, nextSlice, type Slice, sizeOfNext } from './slice.ts';

/** What one process knows of one caller's budget, and its slice of it. */
export interface Share {
  /** As the store had it at `seenAt`. Others may have taken more since, or given back. */
  budget: CallerBudget;
  seenAt: number;
  /** Of the running bucket, once `enter` was called. */
  slice: Slice;
  /** Of the slice before, what the next write gives back. */
  unused: Taken;
  /** Nothing was left when it was last refused. */
  isSpent: boolean;
  /** Requests that wait for the next slice. */
  waiting: number;
}

const nothing: Taken = { bucket: 0, requests: 0 };

export const shareOf = (caller: string, now: number): Share => ({
  budget: emptyBudget(caller),
  // It begins by taking a little: the answer says the rest.
  seenAt: now,
  slice: firstSlice(bucketOf(now), now),
  unused: nothing,
  isSpent: false,
  waiting: 0,
});

/** Rule LIMIT-6: what is left of a slice when its bucket is over was taken in another minute, and is given back. */
export function enter(share: Share, now: number): void {
  const bucket = bucketOf(now);
  const { slice } = share;
  if (slice.bucket === bucket) return;
  if (unusedOf(slice).requests > 0) share.unused = unusedOf(slice);
  share.slice = nextSlice(bucket, now, slice);
}

const unusedOf = ({ bucket, held, excess }: Slice): Taken => ({ bucket, requests: held + excess });

/** How to put them back; undefined: the slice has not so many. */
export function fromSlice({ slice }: Share, requests: number): (() => void) | undefined {
  if (slice.held < requests) return undefined;
  slice.held -= requests;
  return () => {
    slice.held += requests;
    slice.asked -= requests;
  };
}

/** As far as this process knows, with what it holds itself. */
export const leftIn = (share: Share, limit: number, now: number): number =>
  withoutUnused(share, limit, now) + share.slice.held;

/** What the caller has left once this process has given back what it does not use. */
const withoutUnused = ({ budget, unused, slice: { bucket, excess } }: Share, limit: number, now: number): number =>
  leftOf(givenBack(givenBack(budget, unused), { bucket, requests: excess }), limit, now);

/** A read of the store, without a write. */
export async function see(share: Share, now: number, budgets: Pick<Budgets, 'get'>): Promise<void> {
  share.budget = await budgets.get(share.budget.caller);
  share.seenAt = now;
}

/**
 * Takes without a condition: the answer says whether there was so much. What was too much is not admitted from, and is given back
 * with the next write.
 */
export async function takeSlice(
  share: Share,
  limit: number,
  now: number,
  budgets: Pick<Budgets, 'take'>,
): Promise<void> {
  const { slice } = share;
  const left = withoutUnused(share, limit, now);
  const size = Math.min(left, Math.max(sizeOfNext(slice, left, now), share.waiting - slice.held));
  if (size <= 0) return;
  const requests = size - slice.excess;
  slice.excess = 0;
  const back = takeUnused(share, now);
  const budget = await budgets.take(share.budget.caller, { bucket: slice.bucket, requests, back });
  slice.excess = Math.min(size, excessOf(budget, limit, now));
  slice.held += size - slice.excess;
  // The bucket may be over meanwhile.
  if (share.slice !== slice) share.unused = unusedOf(slice);
  Object.assign(share, { budget, seenAt: now, isSpent: false });
}

/** For those who operate the service: the caller has run out. Once for all processes, but for what is to be given back. */
export async function noteRunOut(
  share: Share,
  limit: number,
  now: number,
  budgets: Pick<Budgets, 'noteLimited'>,
): Promise<void> {
  const { budget, slice } = share;
  const until = leavesAt(budget, limit, 1, now);
  if (until === undefined || (budget.limitedUntil > now && slice.excess === 0)) return;
  const back = slice.excess > 0 ? { bucket: slice.bucket, requests: slice.excess } : null;
  slice.excess = 0;
  share.budget = await budgets.noteLimited(budget.caller, until, back);
  share.seenAt = now;
}

/** Whether the store has it is not known once the write has failed: then it counts as used. */
function takeUnused(share: Share, now: number): Taken | null {
  const { unused } = share;
  share.unused = nothing;
  return unused.requests > 0 && mayCount(unused.bucket, now) ? unused : null;
}
