import { refKey } from '../../domain/entity.ts';
import type { PageFound, Reconciliation, ShardProgress, Tally } from '../../domain/reconciliation.ts';
import type { Service } from '../../domain/service.ts';
import { addTallies, emptyTally, tallied, unreached } from '../../domain/tally.ts';
import { type ComparisonContext, createComparison } from './comparing.ts';
import { examinePage } from './examine-page.ts';
import { countLeft, nextPage } from './next-page.ts';
import { carryOut } from './remedies.ts';
import { shardsOf } from './runs.ts';

export interface Swept {
  readonly done: boolean;
  /** Whole seconds to rest before it goes on: the nodes have asked for it, and readers come first. */
  readonly waitSeconds: number;
}

export interface SweepBudget {
  /** No further page is begun after so long. */
  readonly startMs: number;
  /** The whole run ends its work so long after it was taken up: the next one is not far. */
  readonly runMs: number;
}

const sweepBudget: SweepBudget = { startMs: 60_000, runMs: 55 * 60_000 };
const longestRestSeconds = 60;
const done: Swept = { done: true, waitSeconds: 0 };

/**
 * Goes through one shard, longest unchecked first, from where it was left. Of each page what was found is written down, then
 * what is to be done about it is done, then the page is counted: killed anywhere and taken up again, it comes to the same.
 */
export async function sweepShard(
  { run: id, shard }: { readonly run: string; readonly shard: number },
  service: Service,
  budget: SweepBudget = sweepBudget,
): Promise<Swept> {
  const began = performance.now();
  const { reconciliations } = service;
  const comparing = createComparison(service);
  let progress = await progressOf(id, shard, service);
  for (;;) {
    const run = await reconciliations.get(id);
    if (run === undefined || progress.done || isEnded(run, progress)) return done;
    const elapsed = performance.now() - began;
    if (elapsed > budget.startMs) return { done: false, waitSeconds: 0 };
    const { value: next, calls } = await service.chain.counted(() =>
      step({ run, progress, budget, comparing }, service),
    );
    const tally = addTallies(next.tally, {
      ...emptyTally,
      calls,
      milliseconds: Math.round(performance.now() - began - elapsed),
    });
    const updatedAt = new Date(service.clock.now()).toISOString();
    service.metrics.count('ReconciledCalls', calls);
    const saved = { ...next, tally, updatedAt, revision: progress.revision + 1 };
    // Somebody else is at this shard: what they have come to is gone on with.
    progress = (await reconciliations.saveShard(id, saved)) ? saved : await progressOf(id, shard, service);
    const waitSeconds = restAskedFor(service);
    if (waitSeconds > 0 && !progress.done) return { done: false, waitSeconds };
  }
}

/** A run that somebody has ended ends behind the page that it is at; once its figures were told nothing is added to them. */
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
  readonly comparing: (run: Reconciliation) => Promise<ComparisonContext>;
}

/** What comes next: a page is looked at, or what was found in one is put right. */
async function step({ run, progress, budget, comparing }: Step, service: Service): Promise<ShardProgress> {
  if (progress.page !== null) return settlePage(run, progress, progress.page, service);
  const isOver = service.clock.now() > Date.parse(run.takenUpAt) + budget.runMs || progress.tally.calls >= callsOf(run);
  if (isOver) {
    const skipped = await countLeft(run, progress, service);
    return { ...progress, done: true, tally: addTallies(progress.tally, unreached(skipped)) };
  }
  const { keys, next } = await nextPage(run, progress, service);
  if (keys.length === 0) return { ...progress, ...next };
  const found = await examinePage(keys, await comparing(run), service);
  return { ...progress, page: { ...found, next } };
}

async function settlePage(
  run: Reconciliation,
  progress: ShardProgress,
  page: PageFound,
  service: Service,
): Promise<ShardProgress> {
  const settled = await carryOut(page, progress.updatedAt, run, service);
  const tally = addTallies(page.tally, tallied(settled));
  measure(tally, service);
  return { ...progress, ...page.next, page: null, tally: addTallies(progress.tally, tally) };
}

/** A record of which our claim was false is a defect of ours, and never to happen: it is counted where everybody looks. */
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

/** Each shard has its part of what the run may cost. */
const callsOf = (run: Reconciliation): number => Math.ceil(run.callsAllowed / shardsOf(run).length);

/** A node that asks not to be called is asked by its readers alone, once it may be. */
function restAskedFor({ chain }: Pick<Service, 'chain'>): number {
  const paused = chain.report().map(({ pausedMs }) => Math.ceil(pausedMs / 1_000));
  return Math.min(longestRestSeconds, Math.max(0, ...paused));
}
