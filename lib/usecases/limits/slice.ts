/** What a process has taken of a caller's budget, and may admit in one bucket of time. */
export interface Slice {
  readonly bucket: number;
  held: number;
  /** Of what was taken: more than there was. It is to be given back. */
  excess: number;
  /** Admitted in this bucket. */
  spent: number;
  /** Of the last one that was taken. */
  size: number;
  /** Admitted in the last bucket with a request, as a forecast; 0: none lately. */
  readonly before: number;
}

/** Longer than a caller that has used up its limit has to wait. */
const rememberedBuckets = 8;

/** At the begin of a bucket. */
export function sliceAt(bucket: number, last?: Slice): Slice {
  const isRecent = last !== undefined && bucket - last.bucket <= rememberedBuckets;
  return {
    bucket,
    held: 0,
    excess: 0,
    spent: 0,
    size: 0,
    before: isRecent ? Math.max(last.spent, last.before / 2) : 0,
  };
}

/** What is to be given back of it: what was too much, and once its bucket is over what was not admitted either. */
export const unusedOf = ({ bucket, held, excess }: Slice, running: number) => ({
  bucket,
  requests: bucket === running ? excess : excess + held,
});

interface Room {
  readonly limit: number;
  readonly left: number;
  /** Requests that wait. */
  readonly needed: number;
}

/**
 * How much to take next: first a fiftieth of the limit, or somewhat more than was used in the bucket before; whenever that was used up,
 * four times as much, up to a quarter of the limit. A process that has not shown that it uses what it takes leaves three quarters of
 * what is left to others (rule LIMIT-7).
 */
export function sizeOfNext({ size, before }: Slice, { limit, left, needed }: Room): number {
  const first = Math.max(Math.ceil(limit / 50), Math.ceil(before * 1.25));
  const wanted = size === 0 ? first : Math.min(size * 4, Math.ceil(limit / 4));
  const isProven = size > 0 || before > 0;
  const fair = isProven ? wanted : Math.min(wanted, Math.ceil(left / 4));
  return Math.min(left, Math.max(fair, needed));
}
