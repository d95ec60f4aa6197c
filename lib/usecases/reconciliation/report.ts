import { type CoverageFigures, coverageFigures } from '../../domain/coverage.ts';
import type { Counts, Reconciliation, Tally } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import type { Advice } from '../advice/advice.ts';

/** A run as lists show it: without the findings of its shards. */
export interface RunSummary extends Omit<Reconciliation, 'attempt' | 'takenUpAt' | 'revision' | 'coverage' | 'trails'> {
  /** From the start of the run to its end, or until now. */
  readonly milliseconds: number;
  /** Coverage of the whole store; null until the run has ended. */
  readonly coverage: CoverageFigures | null;
}

/** A run with its findings, final or so far. */
export interface ReconciliationReport extends RunSummary, Omit<Tally, 'milliseconds'> {
  /** How many `shards` the run has, and how many of them are `done`. */
  readonly progress: { readonly shards: number; readonly done: number };
  /** Records compared with the chain, including the unverifiable ones, and without the skipped ones. */
  readonly records: number;
  /** Skipped records that the run did not reach, because its calls or its time were used up. */
  readonly unreached: number;
  /** Work of all shards together. */
  readonly workMilliseconds: number;
  /** The run of the same scope that finished last before this one was started; null: none of late. */
  readonly previous: PreviousRun | null;
  /** Sentences for a person: what there is to do, the most serious first. */
  readonly recommendations: readonly string[];
  /** What these figures say that settings should be. */
  readonly advice: readonly Advice[];
  /** Sentences for a person: what the figures mean where nothing is to be done about them. */
  readonly notes: readonly string[];
}

/** What sentences and advice are made of. */
export type ReportFigures = Omit<ReconciliationReport, 'recommendations' | 'advice' | 'notes'>;

export interface PreviousRun {
  readonly id: string;
  /** ISO 8601. */
  readonly finishedAt: string;
  readonly dryRun: boolean;
  readonly counts: Counts;
  /** The counts of this run less those of the previous one. */
  readonly difference: Counts;
}

export function summaryOf(run: Reconciliation, { clock }: Pick<Service, 'clock'>): RunSummary {
  const { attempt: _, takenUpAt: __, revision: ___, trails: ____, coverage, ...shown } = run;
  const end = run.finishedAt === null ? clock.now() : Date.parse(run.finishedAt);
  return {
    ...shown,
    milliseconds: Math.max(0, end - Date.parse(run.startedAt)),
    coverage: coverage && coverageFigures(coverage),
  };
}
