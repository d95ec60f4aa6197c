import { type CoverageFigures, coverageFigures } from '../../domain/coverage.ts';
import type { Reconciliation, Tally } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';

/** A run as it is listed: without what its shards have found. */
export interface RunSummary extends Omit<Reconciliation, 'attempt' | 'takenUpAt' | 'revision' | 'coverage'> {
  /** From its beginning to its end, or until now. */
  readonly milliseconds: number;
  /** Of the whole store; null until the run has ended. */
  readonly coverage: CoverageFigures | null;
}

/** A run and what it has found, so far or in the end. */
export interface ReconciliationReport extends RunSummary, Omit<Tally, 'milliseconds'> {
  /** `done` of its `shards` have come to their end. */
  readonly progress: { readonly shards: number; readonly done: number };
  /** Compared with the chain, or meant to be: without those that were skipped. */
  readonly records: number;
  /** Of those skipped: there were no calls or no time left for them. A person is to decide on the others, or has. */
  readonly unreached: number;
  /** Of all shards together. */
  readonly workMilliseconds: number;
  /** Sentences for a person: what the figures mean, and what is to be done. */
  readonly recommendations: readonly string[];
}

export function summaryOf(run: Reconciliation, { clock }: Pick<Service, 'clock'>): RunSummary {
  const { attempt: _, takenUpAt: __, revision: ___, coverage, ...told } = run;
  const end = run.finishedAt === null ? clock.now() : Date.parse(run.finishedAt);
  return {
    ...told,
    milliseconds: Math.max(0, end - Date.parse(run.startedAt)),
    coverage: coverage && coverageFigures(coverage),
  };
}
