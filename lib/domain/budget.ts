/** What a caller has taken of its limit, by fifths of a minute: all processes take from the same one. */
export interface CallerBudget {
  readonly caller: string;
  readonly taken: readonly Taken[];
  /** It is noted that nothing is left until then, in milliseconds since the epoch; 0: it never was. */
  readonly limitedUntil: number;
}

/** `bucket`: which stretch of time since the epoch. */
export interface Taken {
  readonly bucket: number;
  readonly requests: number;
}

export const bucketMs = 12_000;
/** A minute, when it begins with a bucket. */
const minuteBuckets = 5;
/** All that can reach into one minute, wherever it begins. */
const reachingBuckets = 6;

export const bucketOf = (now: number): number => Math.floor(now / bucketMs);

export const emptyBudget = (caller: string): CallerBudget => ({ caller, taken: [], limitedUntil: 0 });

export const mayCount = (bucket: number, now: number): boolean => bucket > bucketOf(now) - reachingBuckets;

/** Rule LIMIT-6: the most that any minute admits. */
const mostInMinute = (limit: number): number => Math.floor(limit * 1.2);

/** What may be taken without too much in the minute, and in any minute (rule LIMIT-6); below 0: so much was taken too much. */
function roomIn({ taken }: CallerBudget, limit: number, now: number): number {
  const running = bucketOf(now);
  let [minute, reaching] = [0, 0];
  // A bucket of a clock that is ahead counts too.
  for (const { bucket, requests } of taken) {
    if (requests <= 0 || bucket <= running - reachingBuckets) continue;
    reaching += requests;
    if (bucket > running - minuteBuckets) minute += requests;
  }
  return Math.min(limit - minute, mostInMinute(limit) - reaching);
}

export const leftOf = (budget: CallerBudget, limit: number, now: number): number =>
  Math.max(0, roomIn(budget, limit, now));

/** How much was taken above the limit. */
export const excessOf = (budget: CallerBudget, limit: number, now: number): number =>
  Math.max(0, -roomIn(budget, limit, now));

/** When more than now, and at least so many, will be left, if no other takes more; undefined: nothing that counts is taken. */
export function leavesAt(budget: CallerBudget, limit: number, requests: number, now: number): number | undefined {
  const least = Math.max(requests, leftOf(budget, limit, now) + 1);
  const times = budget.taken
    .flatMap(({ bucket }) => [(bucket + minuteBuckets) * bucketMs, (bucket + reachingBuckets) * bucketMs])
    .filter((at) => at > now)
    .sort((a, b) => a - b);
  return times.find((at) => leftOf(budget, limit, at) >= least) ?? times.at(-1);
}

/** The budget after a process has given back what it took in a bucket and did not use. */
export const givenBack = (budget: CallerBudget, { bucket, requests }: Taken): CallerBudget =>
  requests === 0
    ? budget
    : {
        ...budget,
        taken: budget.taken.map((one) =>
          one.bucket === bucket ? { bucket, requests: Math.max(0, one.requests - requests) } : one,
        ),
      };

/** The budget after a process has taken so many. */
export function takenFrom(budget: CallerBudget, requests: number, now: number): CallerBudget {
  const running = bucketOf(now);
  const counting = budget.taken.filter(({ bucket }) => mayCount(bucket, now));
  const same = counting.find(({ bucket }) => bucket === running)?.requests ?? 0;
  const taken = [
    ...counting.filter(({ bucket }) => bucket !== running),
    { bucket: running, requests: same + requests },
  ];
  return { ...budget, taken };
}
