import { InvalidRequest, LookupError } from '../../domain/errors.ts';
import type { Reconciliation } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { addTallies, emptyTally } from '../../domain/tally.ts';
import { recommendationsOf } from './recommendations.ts';
import { type ReconciliationReport, type RunSummary, summaryOf } from './report.ts';
import { shardsOf } from './runs.ts';

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
    // Records that were not reached are counted without their kind.
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
  /** Where the next page begins; undefined: this is the last page. */
  readonly last: string | undefined;
}

/** Newest first; `after` is the `last` of the page before. Throws InvalidRequest. */
export async function listReports(
  page: { readonly after?: string | undefined; readonly limit: number },
  service: ReportService,
): Promise<RunPage> {
  if (page.after !== undefined && (await service.reconciliations.get(page.after)) === undefined) {
    throw new InvalidRequest([{ path: 'cursor', message: 'is not a cursor of this query' }]);
  }
  const { runs, more } = await service.reconciliations.list(page);
  return { runs: runs.map((run) => summaryOf(run, service)), last: more ? runs.at(-1)?.id : undefined };
}
