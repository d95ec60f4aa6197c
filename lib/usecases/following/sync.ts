import type { PinnedBlock } from '../../domain/block.ts';
import { abortIn } from '../../domain/deadline.ts';
import { ChainUnavailable, messageOf, NoBlockSoOld, StoreUnavailable, stackOf } from '../../domain/errors.ts';
import { LOGIC_VERSION } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';
import type { StoppedBy, Tick } from '../../domain/tick.ts';
import { newestTip, publishHead } from '../observing/tip.ts';
import { followBatch } from './follow-batch.ts';
import { type Batch, Overtaken } from './following.ts';
import { PoisonRecord } from './poison-record.ts';
import { holdSyncLease, type SyncLease } from './sync-lease.ts';
import { type BatchRequest, ForeignParent, skipToTip, takeBatch } from './take-batch.ts';

export interface TickBudget {
  /** No further block is started after so long. */
  readonly startMs: number;
  /** Whatever the chain is asked for ends by then. */
  readonly wholeMs: number;
  /** JSON-RPC requests: no further batch is begun after so many. */
  readonly calls: number;
}

export const tickBudget: TickBudget = { startMs: 20_000, wholeMs: 200_000, calls: 20_000 };

export interface Synced {
  readonly tick: Tick;
  /** What rests on one of them is read again when somebody asks. */
  readonly basesChanged: readonly string[];
}

interface Stop {
  readonly stoppedBy: StoppedBy;
  readonly reason: string | null;
  readonly stuckAt?: string;
}

/**
 * One tick: finds the tip and follows the chain to it, batch by batch, as far as the budget allows. One runner works at a
 * time. Whatever ends it, the cursor stands where all writes have been applied, and the next tick goes on from there.
 */
export async function sync(service: Service, budget: TickBudget = tickBudget): Promise<Synced> {
  const at = new Date(service.clock.now()).toISOString();
  const began = performance.now();
  const elapsed = (): number => performance.now() - began;
  const callsBefore = service.chain.calls();
  const calls = (): number => service.chain.calls() - callsBefore;
  const followed: Followed = { from: null, to: null, refreshed: 0, basesChanged: [] };

  async function follow(turn: SyncLease): Promise<Stop> {
    const signal = AbortSignal.any([abortIn(budget.wholeMs), turn.lost]);
    const isOver = (): boolean => elapsed() > budget.startMs;
    const found = await tipAtHand(signal, service);
    for (;;) {
      const stop = await followOne({ ...found, signal, isOver, turn }, followed, service);
      if (stop !== undefined) return stop;
      if (isOver()) return { stoppedBy: 'time', reason: 'the time for starting blocks is up' };
      if (calls() > budget.calls) return { stoppedBy: 'calls', reason: `the node has been called ${calls()} times` };
    }
  }

  async function run(): Promise<Stop> {
    const turn = await holdSyncLease(service);
    if (turn === undefined) return { stoppedBy: 'busy', reason: 'another runner is at work' };
    try {
      return await follow(turn);
    } finally {
      await turn.end();
    }
  }

  const stop = await run().catch((error: unknown) => stopOf(error, service));
  const { basesChanged, ...blocks } = followed;
  return {
    tick: { at, ...blocks, calls: calls(), milliseconds: Math.round(elapsed()), stuckAt: null, ...stop },
    basesChanged,
  };
}

interface Followed {
  from: number | null;
  to: number | null;
  refreshed: number;
  basesChanged: string[];
}

interface Found {
  readonly tip: PinnedBlock;
  /** On which it was found: on another one it leads to blocks that never were. */
  readonly fork: number;
}

/** Told to the store whether anything is new or not: every answer's age is counted from it. */
async function tipAtHand(signal: AbortSignal, service: Service): Promise<Found> {
  const { progress } = await service.snapshots.renewed();
  service.memory.enter(progress.fork);
  const atLeast = Math.max(progress.cursor?.height ?? 0, progress.mark ?? 0);
  const tip = await newestTip({ atLeast, progress, signal, shared: undefined }, service);
  await publishHead(service);
  return { tip, fork: progress.fork };
}

/** The next batch, if there is one; why the tick ends, if it does. */
async function followOne(
  taking: Omit<BatchRequest, 'progress'> & Found & { readonly turn: SyncLease },
  followed: Followed,
  service: Service,
): Promise<Stop | undefined> {
  const { tip, signal, turn } = taking;
  const snapshot = await service.snapshots.renewed();
  const { progress } = snapshot;
  const { cursor, logicVersion } = progress;
  if (progress.fork !== taking.fork) throw new Overtaken('an operator has gone back meanwhile');
  if (logicVersion !== null && logicVersion > LOGIC_VERSION)
    return { stoppedBy: 'rules', reason: `rules ${logicVersion} are in force, not ${LOGIC_VERSION}` };
  if (cursor !== null && logicVersion !== LOGIC_VERSION) {
    if (await service.progress.raiseLogicVersion(LOGIC_VERSION, cursor)) return undefined;
    throw new Overtaken('another runner has raised the rules');
  }
  if (cursor?.height === tip.height && cursor.hash !== tip.hash)
    throw new ForeignParent(`block ${tip.height} is another`);

  const batch = await nextBatch({ ...taking, progress }, service);
  if (batch === undefined) return { stoppedBy: 'done', reason: null };
  const assertLease = (): void => {
    if (turn.lost.aborted) throw new Overtaken('another runner has taken the turn');
  };
  const isPermanentFailure = (error: unknown, at: string) => hopeless(error, at, signal, service);
  const one = await followBatch(
    { batch, snapshot, leaseToken: turn.token, signal, assertLease, isPermanentFailure },
    service,
  );
  followed.refreshed += one.refreshed;
  followed.basesChanged.push(...one.basesChanged);
  followed.from ??= batch.first.height;
  followed.to = batch.last.height;
  return undefined;
}

async function nextBatch(taking: BatchRequest, service: Service): Promise<Batch | undefined> {
  if (taking.progress.cursor === null) return skipToTip(taking, 'the first tick', service);
  try {
    return await takeBatch(taking, service);
  } catch (error) {
    // What happened in between nobody can tell any more.
    if (error instanceof NoBlockSoOld) return skipToTip(taking, error.message, service);
    throw error;
  }
}

const ticksInVain = 3;

/**
 * A defect of ours is hopeless at once; a reading that no node answers, though they have told tip and blocks just now, when
 * some of the ticks since the last one that got on have failed at the very same record.
 */
async function hopeless(
  error: unknown,
  at: string,
  signal: AbortSignal,
  { progress }: Pick<Service, 'progress'>,
): Promise<boolean> {
  if (error instanceof StoreUnavailable || error instanceof Overtaken || signal.aborted) return false;
  if (!(error instanceof ChainUnavailable)) return true;
  const ticks = await progress.ticks();
  const gotOn = ticks.findIndex(({ to }) => to !== null);
  const inVain = gotOn < 0 ? ticks : ticks.slice(0, gotOn);
  return inVain.filter(({ stuckAt }) => stuckAt === at).length >= ticksInVain;
}

function stopOf(error: unknown, { log }: Pick<Service, 'log'>): Stop {
  if (error instanceof ForeignParent) return { stoppedBy: 'reset', reason: `${error.message}: our last block is gone` };
  if (error instanceof Overtaken) return { stoppedBy: 'overtaken', reason: error.message };
  if (error instanceof PoisonRecord) return { stoppedBy: 'chain', reason: error.message, stuckAt: error.at };
  if (error instanceof ChainUnavailable) return { stoppedBy: 'chain', reason: error.message };
  if (error instanceof StoreUnavailable) return { stoppedBy: 'store', reason: error.message };
  // The cursor stays, and everybody is told: nothing goes on behind it until this is mended.
  log.error('defect', { error: stackOf(error) });
  return { stoppedBy: 'defect', reason: messageOf(error) };
}
