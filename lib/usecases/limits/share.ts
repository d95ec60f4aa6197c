import {
  bucketOf,
  type CallerBudget,
  emptyBudget,
  excessOf,
  freesAt,
  givenBack,
  leftOf,
  mayCount,
  type Taken,
} from '../../domain/budget.ts';
import type { Budgets } from '../../domain/ports/budgets.ts';
import { type Slice, sizeOfNext, sliceAt, unusedOf } from './slice.ts';

/** What one process knows of one caller's budget, and its slice of it. */
export interface Share {
  /** As the store last had it. Others may have taken more since. */
  budget: CallerBudget;
  slice: Slice;
  /** Nothing was left when it was last refused. */
  isSpent: boolean;
  /** Requests that wait for the next slice. */
  waiting: number;
}

export const shareOf = (caller: string, now: number): Share => ({
  budget: emptyBudget(caller),
  slice: sliceAt(bucketOf(now)),
  isSpent: false,
  waiting: 0,
});

/** As far as this process knows, with what it holds itself. */
export function leftIn(share: Share, limit: number, now: number): number {
  const { bucket, held } = share.slice;
  return withoutUnused(share, limit, now) + (bucket === bucketOf(now) ? held : 0);
}

/** What the caller has left once this process has given back what it does not use. */
const withoutUnused = ({ budget, slice }: Share, limit: number, now: number): number =>
  leftOf(givenBack(budget, unusedOf(slice, bucketOf(now))), limit, now);

/**
 * Rule LIMIT-6: from the slice of the running bucket: what is left of an older one was taken in another minute, and is given back with the next.
 * Gives how to put them back; undefined: there are not so many.
 */
export function fromSlice({ slice }: Share, requests: number, now: number): (() => void) | undefined {
  if (slice.bucket !== bucketOf(now) || slice.held < requests) return undefined;
  const move = (count: number) => {
    slice.held -= count;
    slice.spent += count;
  };
  move(requests);
  return () => move(-requests);
}

/**
 * Takes without asking first: the answer says whether there was so much. What was too much is not admitted from, and is given back
 * with the next slice, as is what is left of the slice before.
 */
export async function takeSlice(
  share: Share,
  limit: number,
  now: number,
  budgets: Pick<Budgets, 'take'>,
): Promise<void> {
  const bucket = bucketOf(now);
  const slice = share.slice.bucket === bucket ? share.slice : sliceAt(bucket, share.slice);
  const left = withoutUnused(share, limit, now);
  const size = sizeOfNext(slice, { limit, left, needed: share.waiting - slice.held });
  if (size <= 0) return;
  const back = backOf(share, now);
  share.budget = await budgets.take(share.budget.caller, { bucket, requests: size, back });
  slice.excess = Math.min(size, excessOf(share.budget, limit, now));
  slice.held += size - slice.excess;
  slice.size = size;
  share.slice = slice;
  share.isSpent = false;
}

/** Notes that the caller has run out, for those who operate the service; gives back what was not used, and sees what others have given back. */
export async function noteRunOut(share: Share, now: number, budgets: Pick<Budgets, 'noteLimited'>): Promise<void> {
  const until = freesAt(share.budget, now);
  if (until === undefined) return;
  const { slice } = share;
  share.budget = await budgets.noteLimited(share.budget.caller, until, backOf(share, now));
  slice.excess = 0;
  if (slice.bucket !== bucketOf(now)) slice.held = 0;
}

/** What the next write gives back; null: nothing, or what no longer counts. */
function backOf({ slice }: Share, now: number): Taken | null {
  const unused = unusedOf(slice, bucketOf(now));
  return unused.requests > 0 && mayCount(unused.bucket, now) ? unused : null;
}
