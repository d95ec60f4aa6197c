import { isDeepStrictEqual } from 'node:util';
import { InvalidRequest, LookupError } from '../../domain/errors.ts';
import type { Counts, Reconciliation } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { addTallies, emptyTally } from '../../domain/tally.ts';
import type { Advice } from '../advice/advice.ts';
import { reconcileCallsAdvice } from '../advice/reconcile-calls.ts';
import { notesOf, recommendationsOf } from './recommendations.ts';
import {
  type PreviousRun,
  type ReconciliationReport,
  type ReportFigures,
  type RunSummary,
  summaryOf,
} from './report.ts';
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
    // A run of an earlier version lacks the counts that came later.
    byKind: Object.fromEntries(
      Object.entries(tally.byKind).map(([kind, counts]) => [kind, { ...emptyTally.counts, ...counts }]),
    ),
    progress: { shards: shardsOf(run).length, done: shards.filter(({ done }) => done).length },
    records: match + behind + missed + conflict + unverifiable,
    // Records that were not reached are counted without their kind.
    unreached: skipped - leftAlone,
    workMilliseconds,
    previous: await previousOf(run, tally.counts, service),
  };
  return {
    ...figures,
    recommendations: recommendationsOf(figures),
    advice: adviceOf(figures),
    notes: notesOf(figures),
  };
}

/** Only a run over the whole store says what such a run needs. */
function adviceOf({ status, scope, dryRun, coverage, records, calls, callsAllowed }: ReportFigures): Advice[] {
  if (status !== 'finished' || scope.of !== 'all' || dryRun || coverage === null) return [];
  return [reconcileCallsAdvice({ records, calls, callsAllowed, stored: coverage.records }) ?? []].flat();
}

const runsOfPage = 25;
const pagesSearched = 4;

/** Searches a limited number of runs: a scope that was compared long ago is compared with nothing. */
async function previousOf(
  run: Reconciliation,
  counts: Counts,
  { reconciliations }: Pick<Service, 'reconciliations'>,
): Promise<PreviousRun | null> {
  let after = run.id;
  for (let page = 0; page < pagesSearched; page += 1) {
    const { runs, more } = await reconciliations.list({ after, limit: runsOfPage });
    const found = runs.find(({ status, scope }) => status === 'finished' && isDeepStrictEqual(scope, run.scope));
    if (found !== undefined) {
      const shards = await reconciliations.shards(found.id);
      const before = shards.map(({ tally }) => tally).reduce(addTallies, emptyTally).counts;
      const { id, finishedAt, dryRun } = found;
      return { id, finishedAt: finishedAt ?? '', dryRun, counts: before, difference: less(counts, before) };
    }
    after = runs.at(-1)?.id ?? after;
    if (!more) return null;
  }
  return null;
}

const less = (now: Counts, before: Counts): Counts =>
  Object.fromEntries(
    Object.entries(now).map(([name, count]) => [name, count - before[name as keyof Counts]]),
  ) as unknown as Counts;

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
