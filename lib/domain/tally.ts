import {
  type CheckResult,
  type Counts,
  type Finding,
  findings,
  type RemedyOutcome,
  type Sample,
  type Tally,
} from './reconciliation.ts';

/** Samples kept of each finding, of a shard and of a whole run. A cap is needed: the progress of a shard is one table item. */
const samplesKept = 10;

const noCounts: Counts = {
  match: 0,
  behind: 0,
  missed: 0,
  conflict: 0,
  unverifiable: 0,
  skipped: 0,
  fixed: 0,
  review: 0,
  unfixed: 0,
};

export const emptyTally: Tally = { counts: noCounts, byKind: {}, byCheck: {}, samples: [], calls: 0, milliseconds: 0 };

/** One record that was examined. */
export interface CountedRecord {
  readonly kind: string;
  readonly finding: Finding;
  readonly checks: Readonly<Record<string, CheckResult>>;
  readonly outcome: RemedyOutcome | null;
  /** undefined: nothing is wrong with the record. */
  readonly sample?: Sample | undefined;
}

/** Records that a run did not reach. */
export const unreached = (skipped: number): Tally => ({ ...emptyTally, counts: { ...noCounts, skipped } });

export function tallied(records: readonly CountedRecord[]): Tally {
  return records.map(tallyOf).reduce(addTallies, emptyTally);
}

/** A problem is left. That no node was able to say anything is none of the record's: it counts as unverifiable. */
export const isUnmended = (sample: Sample | undefined): boolean =>
  sample?.problems.some(
    ({ check, outcome }) => outcome === 'unfixed' && !(sample.finding === 'unverifiable' && check === 'chain'),
  ) ?? false;

function tallyOf({ kind, finding, checks, outcome, sample }: CountedRecord): Tally {
  const counts: Counts = {
    ...noCounts,
    [finding]: 1,
    ...(outcome === 'fixed' && { fixed: 1 }),
    ...(outcome === 'review' && { review: 1 }),
    ...(isUnmended(sample) && { unfixed: 1 }),
  };
  return {
    ...emptyTally,
    counts,
    byKind: { [kind]: counts },
    byCheck: Object.fromEntries(
      Object.entries(checks).map(([name, result]) => [name, { passed: 0, failed: 0, untold: 0, [result]: 1 }]),
    ),
    samples: sample === undefined ? [] : [sample],
  };
}

/** The sum of two parts of a run. */
export const addTallies = (a: Tally, b: Tally): Tally => ({
  counts: summed(a.counts, b.counts),
  byKind: merged(a.byKind, b.byKind),
  byCheck: merged(a.byCheck, b.byCheck),
  samples: firstOfEach([...a.samples, ...b.samples]),
  calls: a.calls + b.calls,
  milliseconds: a.milliseconds + b.milliseconds,
});

function summed<Sums extends Readonly<Record<string, number>>>(a: Sums, b: Sums): Sums {
  return Object.fromEntries(Object.keys(a).map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)])) as Sums;
}

function merged<Sums extends Readonly<Record<string, number>>>(
  a: Readonly<Record<string, Sums>>,
  b: Readonly<Record<string, Sums>>,
): Readonly<Record<string, Sums>> {
  const all = { ...a };
  for (const [name, sums] of Object.entries(b)) {
    const known = Object.hasOwn(all, name) ? all[name] : undefined;
    all[name] = known === undefined ? sums : summed(known, sums);
  }
  return all;
}

const firstOfEach = (samples: readonly Sample[]): readonly Sample[] =>
  findings.flatMap((finding) => samples.filter((sample) => sample.finding === finding).slice(0, samplesKept));
