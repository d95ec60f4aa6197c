import { type Coverage, coverageFigures } from '../../domain/coverage.ts';
import { refKey } from '../../domain/entity.ts';
import type { Reconciliation, Tally } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { addTallies, emptyTally } from '../../domain/tally.ts';
import { coverageOf } from '../status/coverage.ts';
import { checkTrails } from './check-trails.ts';
import { ended, unfinished } from './runs.ts';

/** Ends a run after its shards, and publishes the event about it. A run that was ended before keeps its status. */
export async function finishReconciliation(id: string, service: Service): Promise<Reconciliation | undefined> {
  for (;;) {
    const run = await service.reconciliations.get(id);
    if (run === undefined || run.coverage !== null) return run;
    const shards = await service.reconciliations.shards(id);
    const tally = shards.map((shard) => shard.tally).reduce(addTallies, emptyTally);
    const left = run.status === 'running' ? unfinished(run, shards) : [];
    const trails = run.status === 'running' ? await checkTrails(run, tally, service) : undefined;
    const coverage = await coverageOf(service);
    const finished = {
      ...outcomeOf(run, left, service.clock.now()),
      coverage,
      ...(trails !== undefined && { trails }),
    };
    // The event is put before the run is changed, under the run's id: a process that dies in between repeats it safely.
    await putEvent(finished, tally, coverage, service);
    await noteReconciled(finished, coverage, service);
    if (!(await service.reconciliations.change(finished))) continue;
    measure(finished, coverage, service);
    return finished;
  }
}

function outcomeOf(run: Reconciliation, left: readonly number[], now: number): Reconciliation {
  if (run.status !== 'running') return { ...run, revision: run.revision + 1 };
  if (left.length === 0) return ended(run, 'finished', null, now);
  return ended(run, 'interrupted', `shards ${left.join(', ')} did not finish`, now);
}

function putEvent(run: Reconciliation, tally: Tally, coverage: Coverage, { outbox }: Service): Promise<void> {
  const { counts, calls } = tally;
  const { id, scope, dryRun, status, startedAt, finishedAt } = run;
  const detail = { id, scope, dryRun, status, startedAt, finishedAt, counts, calls, coverage };
  return outbox.put({ id: `ReconciliationFinished#${id}`, type: 'ReconciliationFinished', at: coverage.at, detail });
}

/** A request to compare everything is done when each record was verified after it, by this run or an earlier one. */
async function noteReconciled(
  { block, dryRun }: Reconciliation,
  { oldest }: Coverage,
  { progress }: Service,
): Promise<void> {
  if (!dryRun && block !== null && oldest !== null) await progress.reconciled(block.height, oldest);
}

const ending = {
  running: 'ReconciliationInterrupted',
  finished: 'ReconciliationFinished',
  interrupted: 'ReconciliationInterrupted',
  cancelled: 'ReconciliationCancelled',
} as const;

function measure(run: Reconciliation, coverage: Coverage, service: Service): void {
  const { metrics, log } = service;
  const { share, oldestSeconds } = coverageFigures(coverage);
  const tookMs = Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt);
  metrics.count(ending[run.status]);
  if (!Number.isNaN(tookMs)) metrics.measure('ReconciliationSeconds', Math.max(0, Math.round(tookMs / 1_000)));
  metrics.gauge('TrackedRecords', coverage.records);
  if (share !== null) metrics.gauge('CoveragePercent', share * 100);
  if (oldestSeconds !== null) metrics.gauge('OldestUnverifiedSeconds', oldestSeconds);
  const broken = run.trails?.broken ?? [];
  if (broken.length > 0) {
    metrics.count('AuditBroken', broken.length);
    log.error('audit trails are broken', { broken: broken.map(({ ref, sequence }) => `${refKey(ref)} ${sequence}`) });
  }
  log.info('reconciliation has ended', { run: run.id, status: run.status, reason: run.reason, coverage });
}
