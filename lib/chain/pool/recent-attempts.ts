/** The latest attempts of this process at one node. */
export interface RecentAttempts {
  /** `milliseconds` until the node answered or failed, or until the caller stopped waiting. */
  note(milliseconds: number, failed: boolean): void;
  /** Of the remembered attempts; undefined while there are too few. */
  percentile(share: number): number | undefined;
  /** How long the next attempt will take, roughly: a moving average in which a few attempts outweigh all older ones. */
  readonly expectedMs: number | undefined;
  readonly failedShare: number | undefined;
}

const remembered = 50;
const enough = 20;
const enoughToExpect = 3;
const weightOfNewest = 0.3;

export function createRecentAttempts(): RecentAttempts {
  const attempts: { readonly milliseconds: number; readonly failed: boolean }[] = [];
  let next = 0;
  let noted = 0;
  let average = 0;
  let sorted: readonly number[] | undefined;
  return {
    note(milliseconds, failed) {
      attempts[next] = { milliseconds, failed };
      next = (next + 1) % remembered;
      noted += 1;
      average = noted === 1 ? milliseconds : average + weightOfNewest * (milliseconds - average);
      // Sorted only for every tenth attempt: percentiles move slowly, and every call asks for one.
      if (noted % 10 === 0) sorted = undefined;
    },
    percentile(share) {
      if (attempts.length < enough) return undefined;
      sorted ??= attempts.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
      return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    },
    get expectedMs() {
      return noted < enoughToExpect ? undefined : average;
    },
    get failedShare() {
      if (attempts.length === 0) return undefined;
      return attempts.filter(({ failed }) => failed).length / attempts.length;
    },
  };
}
