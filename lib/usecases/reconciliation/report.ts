import { type CoverageFigures, coverageFigures } from '../../domain/coverage.ts';
import { LookupError } from '../../domain/errors.ts';
import type { Reconciliation, Tally } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { addTallies, emptyTally } from '../../domain/tally.ts';
import { recommendationsOf } from './recommendations.ts';
import { shardsOf } from './runs.ts';

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

type ReportService = Pick<Service, 'reconciliations' | 'clock'>;

export async function reconciliationReportOf(
  run: Reconciliation,
  service: ReportService,
): Promise<ReconciliationReport> {
  const shards = await service.reconciliations.shards(run.id);
  const { milliseconds: workMilliseconds, ...tally } = shards
    .map((shard) => shard.tally)
    .reduce(addTallies, emptyTally);
  const { match, behind, missed, conflict, unverifiable, skipped } = tally.counts;
  const leftAlone = Object.values(tally.byKind).reduce((sum, counts) => sum + counts.skipped, 0);
  const figures = {
    ...summaryOf(run, service),
    ...tally,
    progress: { shards: shardsOf(run).length, done: shards.filter(({ done }) => done).length },
    records: match + behind + missed + conflict + unverifiable,
    // Of what was not come to, nobody has looked at the kind.
    unreached: skipped - leftAlone,
    workMilliseconds,
  };
  return { ...figures, recommendations: recommendationsOf(figures) };
}

/** Throws `not_found`. */
export async function reportById(id: string, service: ReportService): Promise<ReconciliationReport> {
  const run = await service.reconciliations.get(id);
  if (run === undefined) throw new LookupError('not_found', 'there is no such run');
  return reconciliationReportOf(run, service);
}

export interface RunPage {
  readonly runs: readonly RunSummary[];
  /** Where the next page goes on; undefined: this is the last one. */
  readonly last: string | undefined;
}

/** Newest first; `after` is where the page before ended. */
export async function listReports(
  page: { readonly after?: string | undefined; readonly limit: number },
  service: ReportService,
): Promise<RunPage> {
  const { runs, more } = await service.reconciliations.list(page);
  return { runs: runs.map((run) => summaryOf(run, service)), last: more ? runs.at(-1)?.id : undefined };
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
