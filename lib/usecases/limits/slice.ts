import { bucketMs } from '../../domain/budget.ts';

/** What a process has taken of a caller's budget, and may admit in one bucket of time. */
export interface Slice {
  readonly bucket: number;
  held: number;
  /** Of what was taken: more than there was. It is to be given back. */
  excess: number;
  /** Asked for in this bucket, admitted or not. */
  asked: number;
  /** When it was first asked, by the wall clock. */
  readonly since: number;
  /** How much was asked for in a bucket lately; undefined: it is the first one. */
  readonly usual: number | undefined;
}

export const firstSlice = (bucket: number, now: number): Slice => ({
  bucket,
  held: 0,
  excess: 0,
  asked: 0,
  since: now,
  usual: undefined,
});

/** At the begin of another bucket. */
export function nextSlice(bucket: number, now: number, { asked, usual = asked, ...last }: Slice): Slice {
  const quiet = Math.max(0, bucket - last.bucket - 1);
  return { ...firstSlice(bucket, now), usual: (asked + usual) / 2 ** (1 + quiet) };
}

/** Below so many, a process takes no more than it is sure to use. */
const few = 8;
/** A process that has just begun is taken to go on as in this time. */
const beginMs = 1_000;

/**
 * How much to take: what this process will probably be asked for until the bucket ends. What it does not use is lost for the others
 * until it gives it back, and each further slice costs a write (rule LIMIT-7).
 */
export function sizeOfNext({ bucket, asked, since, usual }: Slice, left: number, now: number): number {
  const rest = (bucket + 1) * bucketMs - now;
  const lasted = Math.max(beginMs, now - since);
  const expected =
    usual === undefined ? (asked / lasted) * Math.min(rest, lasted) : ((asked + usual) / (2 * bucketMs - rest)) * rest;
  const wanted = expected < few ? Math.ceil(expected) : Math.ceil(expected + 2 * Math.sqrt(expected));
  // More than expected has come: at least a quarter more comes.
  const probable = Math.max(wanted, Math.floor(asked / 4));
  // Of one that has just begun this is a guess, and half is for others.
  return usual === undefined ? Math.min(probable, Math.floor(left / 2)) : Math.min(probable, left);
}
