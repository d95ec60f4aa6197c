import { refKey } from '../../domain/entity.ts';
import type { PageFound, Reconciliation, ShardProgress, Tally } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { addTallies, emptyTally, tallied, unreached } from '../../domain/tally.ts';
import { type ComparisonContext, comparisonContexts } from './comparison-context.ts';
import { examiningService } from './dry-service.ts';
import { examinePage } from './examine-page.ts';
import { countLeft, nextPage } from './next-page.ts';
import { carryOut } from './remedies.ts';
import { shardsOf } from './runs.ts';

export interface Swept {
  readonly done: boolean;
  /** Whole seconds to wait before the next call: a node asked for a pause, and readers have priority. */
  readonly waitSeconds: number;
}

export interface SweepBudget {
  /** After this time no further page is begun. */
  readonly startMs: number;
  /** The run ends this long after it was begun or resumed, because the next hourly run is near. */
  readonly runMs: number;
}

const sweepBudget: SweepBudget = { startMs: 60_000, runMs: 55 * 60_000 };
const longestWaitSeconds = 60;
const done: Swept = { done: true, waitSeconds: 0 };

/**
 * Continues one shard; the records that were not verified for the longest time come first. For each page the findings are saved,
 * then the remedies are carried out, then the page is counted. A worker that is killed at any point and restarted comes to the
 * same result.
 */
export async function sweepShard(
  { run: id, shard }: { readonly run: string; readonly shard: number },
  service: Service,
  budget: SweepBudget = sweepBudget,
): Promise<Swept> {
  const began = performance.now();
  const { reconciliations } = service;
  let contextOf: Step['contextOf'] | undefined;
  let progress = await progressOf(id, shard, service);
  for (;;) {
    const run = await reconciliations.get(id);
    if (run === undefined || progress.done || isEnded(run, progress)) return done;
    const elapsed = performance.now() - began;
    if (elapsed > budget.startMs) return { done: false, waitSeconds: 0 };
    // Rule CONFLICT-7: what the run opens is opened by the principal who asked for it.
    const own = run.requestedBy === undefined ? service : { ...service, onBehalfOf: run.requestedBy };
    const examining = examiningService(run, own);
    contextOf ??= comparisonContexts(examining);
    const working = { run, progress, budget, contextOf, examining };
    // Rule LIMIT-3.
    const { value: next, calls } = await service.chain.counted(() => step(working, own), 'reconciliation');
    const tally = addTallies(next.tally, {
      ...emptyTally,
      calls,
      milliseconds: Math.round(performance.now() - began - elapsed),
    });
    const updatedAt = new Date(service.clock.now()).toISOString();
    service.metrics.count('ReconciledCalls', calls);
    const saved = { ...next, tally, updatedAt, revision: progress.revision + 1 };
    // Another worker saved this shard in the meantime: continue from its progress.
    progress = (await reconciliations.saveShard(id, saved)) ? saved : await progressOf(id, shard, service);
    const waitSeconds = pauseAskedFor(service);
    if (waitSeconds > 0 && !progress.done) return { done: false, waitSeconds };
  }
}

/** A run that was ended still finishes its present page, unless its figures were published already. */
const isEnded = ({ status, coverage }: Reconciliation, { page }: ShardProgress): boolean =>
  status !== 'running' && (page === null || coverage !== null);

async function progressOf(id: string, shard: number, { reconciliations, clock }: Service): Promise<ShardProgress> {
  const known = (await reconciliations.shards(id)).find((one) => one.shard === shard);
  const updatedAt = new Date(clock.now()).toISOString();
  return (
    known ?? {
      shard,
      revision: 0,
      done: false,
      phase: 'never',
      after: null,
      page: null,
      tally: emptyTally,
      updatedAt,
    }
  );
}

interface Step {
  readonly run: Reconciliation;
  readonly progress: ShardProgress;
  readonly budget: SweepBudget;
  readonly contextOf: (run: Reconciliation) => Promise<ComparisonContext>;
  /** For the examination of a page; see `examiningService`. */
  readonly examining: Service;
}

/** One step: the examination of the next page, or the remedies of the examined one. */
async function step({ run, progress, budget, contextOf, examining }: Step, service: Service): Promise<ShardProgress> {
  if (progress.page !== null) return remedyPage(run, progress, progress.page, service);
  const isOver = service.clock.now() > Date.parse(run.takenUpAt) + budget.runMs || progress.tally.calls >= callsOf(run);
  if (isOver) {
    const skipped = await countLeft(run, progress, service);
    return { ...progress, done: true, tally: addTallies(progress.tally, unreached(skipped)) };
  }
  const { keys, next } = await nextPage(run, progress, service);
  if (keys.length === 0) return { ...progress, ...next };
  const found = await examinePage(keys, await contextOf(run), examining);
  return { ...progress, page: { ...found, next } };
}

async function remedyPage(
  run: Reconciliation,
  progress: ShardProgress,
  page: PageFound,
  service: Service,
): Promise<ShardProgress> {
  const counted = await carryOut(page, progress.updatedAt, run, service);
  const tally = addTallies(page.tally, tallied(counted));
  measure(tally, service);
  return { ...progress, ...page.next, page: null, tally: addTallies(progress.tally, tally) };
}

/** Rule CONFLICT-6: a missed change is a defect of this service. It has a metric of its own, and an error log line. */
function measure({ counts, samples }: Tally, { metrics, log }: Pick<Service, 'metrics' | 'log'>): void {
  const { match, behind, missed, conflict, unverifiable, fixed } = counts;
  metrics.count('ReconciledRecords', match + behind + missed + conflict + unverifiable);
  metrics.count('ReconciledBehind', behind);
  metrics.count('ReconciledMissed', missed);
  metrics.count('ReconciledConflict', conflict);
  metrics.count('ReconciledUnverifiable', unverifiable);
  metrics.count('ReconciledFixed', fixed);
  if (missed === 0) return;
  metrics.count('Missed', missed);
  const refs = samples.flatMap(({ ref, finding }) => (finding === 'missed' ? [refKey(ref)] : []));
  log.error('changes were missed', { missed, refs });
}

/** Each shard has an equal part of the calls of the run. */
const callsOf = (run: Reconciliation): number => Math.ceil(run.callsAllowed / shardsOf(run).length);

/** While a node asks for a pause, its remaining capacity is left to readers. */
function pauseAskedFor({ chain }: Pick<Service, 'chain'>): number {
  const paused = chain.report().map(({ pausedMs }) => Math.ceil(pausedMs / 1_000));
  return Math.min(longestWaitSeconds, Math.max(0, ...paused));
}
