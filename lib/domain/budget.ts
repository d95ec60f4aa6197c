/** What a caller has taken of its limit, by fifths of a minute: all processes take from the same one. */
export interface CallerBudget {
  readonly caller: string;
  readonly taken: readonly Taken[];
}

/** `bucket`: which stretch of time since the epoch. */
export interface Taken {
  readonly bucket: number;
  readonly requests: number;
}

/**
 * A minute is five buckets. With the one that is running, six can reach into any minute: as these six together stay within the limit,
 * so does every minute, wherever it begins (rule LIMIT-6).
 */
export const bucketMs = 12_000;
const bucketsThatCount = 6;

export const bucketOf = (now: number): number => Math.floor(now / bucketMs);

export const emptyBudget = (caller: string): CallerBudget => ({ caller, taken: [] });

export const mayCount = (bucket: number, now: number): boolean => bucket > bucketOf(now) - bucketsThatCount;

/** A bucket of a clock that is ahead counts too. */
const counting = ({ taken }: CallerBudget, now: number): readonly Taken[] =>
  taken.filter(({ bucket, requests }) => requests > 0 && mayCount(bucket, now));

export const leftOf = (budget: CallerBudget, limit: number, now: number): number =>
  Math.max(0, limit - countedOf(budget, now));

/** How much was taken above the limit: a process takes without asking first. */
export const excessOf = (budget: CallerBudget, limit: number, now: number): number =>
  Math.max(0, countedOf(budget, now) - limit);

const countedOf = (budget: CallerBudget, now: number): number =>
  counting(budget, now).reduce((sum, { requests }) => sum + requests, 0);

/** When the oldest part that counts stops counting, in milliseconds since the epoch; undefined: none does. */
export function freesAt(budget: CallerBudget, now: number): number | undefined {
  const buckets = counting(budget, now).map(({ bucket }) => bucket);
  return buckets.length === 0 ? undefined : (Math.min(...buckets) + bucketsThatCount) * bucketMs;
}

/** When `requests` will be left at the latest, if no other takes more. */
export function leavesAt(budget: CallerBudget, limit: number, requests: number, now: number): number {
  for (const { bucket } of counting(budget, now).toSorted((a, b) => a.bucket - b.bucket)) {
    const at = (bucket + bucketsThatCount) * bucketMs;
    if (leftOf(budget, limit, at) >= requests) return at;
  }
  return now;
}

/** The budget after a process has given back what it took in a bucket and did not use. */
export const givenBack = (budget: CallerBudget, { bucket, requests }: Taken): CallerBudget => ({
  ...budget,
  taken: budget.taken.map((one) =>
    one.bucket === bucket ? { bucket, requests: Math.max(0, one.requests - requests) } : one,
  ),
});

/** The budget after a process has taken so many. */
export function takenFrom(budget: CallerBudget, requests: number, now: number): CallerBudget {
  const running = bucketOf(now);
  const [same, others] = [
    counting(budget, now).find(({ bucket }) => bucket === running),
    counting(budget, now).filter(({ bucket }) => bucket !== running),
  ];
  const taken = [...others, { bucket: running, requests: (same?.requests ?? 0) + requests }];
  return { caller: budget.caller, taken };
}
