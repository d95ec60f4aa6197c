import { type BlockRef, blockRef, type PinnedBlock } from '../../domain/block.ts';
import { abortIn } from '../../domain/deadline.ts';
import { ChainUnavailable, messageOf, StoreUnavailable, stackOf, UnreadableBlock } from '../../domain/errors.ts';
import { LOGIC_VERSION } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';
import type { NotedTick, StoppedBy } from '../../domain/tick.ts';
import { atNewestTip, publishHead, type TipQuery } from '../observing/tip.ts';
import { followSubmissions } from '../submitting/follow-submissions.ts';
import { followBatch } from './follow-batch.ts';
import { Overtaken } from './following.ts';
import { describeReset, type FoundReset, judgeReset } from './hard-reset.ts';
import { PoisonRecord } from './poison-record.ts';
import { holdSyncLease, type SyncLease } from './sync-lease.ts';
import { type BatchRequest, ForeignParent, nextBatch } from './take-batch.ts';
import { createPassing, type PassRequest, stuckAtBlock } from './unreadable-blocks.ts';

export interface TickBudget {
  /** Milliseconds after which no further block is started. */
  readonly startMs: number;
  /** Milliseconds after which every request to the chain is aborted. */
  readonly wholeMs: number;
  /** JSON-RPC requests after which no further batch is started. */
  readonly calls: number;
}

export const tickBudget: TickBudget = { startMs: 20_000, wholeMs: 200_000, calls: 20_000 };

export interface Followed {
  readonly tick: NotedTick;
  /** Names of bases whose value changed. */
  readonly basesChanged: readonly string[];
}

/**
 * Takes the sync lease, finds the tip, and follows the chain to it, batch by batch, as far as the budget allows. Whatever
 * ends it: the cursor is at a block whose writes have all been applied, and the next tick goes on from there.
 */
export async function followToTip(
  service: Service,
  budget: TickBudget = tickBudget,
  wish?: PassRequest,
): Promise<Followed> {
  const at = new Date(service.clock.now()).toISOString();
  const began = performance.now();
  const elapsed = (): number => performance.now() - began;
  const callsBefore = service.chain.calls();
  const calls = (): number => service.chain.calls() - callsBefore;
  const done: Done = { from: null, to: null, unseen: [], refreshed: 0, basesChanged: [] };

  async function run(): Promise<Stop> {
    const lease = await holdSyncLease(service);
    if (lease === undefined) return { stoppedBy: 'busy', reason: 'another runner holds the sync lease' };
    try {
      const followed = await follow(lease);
      await followSubmissions(() => elapsed() > budget.startMs || lease.lost.aborted, service);
      return followed;
    } finally {
      await lease.end();
    }
  }

  async function follow(lease: SyncLease): Promise<Stop> {
    const signal = AbortSignal.any([abortIn(budget.wholeMs), lease.lost]);
    const first = await followOnce(lease, signal).catch((error: unknown) => contradicted(error, signal));
    // The node that contradicted the others is suspect by now.
    return first ?? followOnce(lease, signal);
  }

  /** undefined: most nodes still have the last followed block, so sync can go on. */
  async function contradicted(error: unknown, signal: AbortSignal): Promise<Stop | undefined> {
    const { cursor } = error instanceof ForeignParent ? await service.progress.read() : { cursor: null };
    if (cursor === null) throw error;
    const judged = await judgeReset(cursor, signal, service);
    if (judged.outcome === 'reset') return resetStop(cursor, judged);
    if (judged.outcome === 'kept') return undefined;
    return { stoppedBy: 'chain', reason: `${messageOf(error)}, and the nodes do not agree on it` };
  }

  async function followOnce(lease: SyncLease, signal: AbortSignal): Promise<Stop> {
    const isOver = (): boolean => elapsed() > budget.startMs;
    const passing = createPassing(wish, service);
    let fork = 0;
    const query = async () => {
      const asked = await tipQuery(signal, service);
      fork = asked.progress.fork;
      return asked;
    };
    return atNewestTip(query, service, async (tip) => {
      // The age of every answer is counted from the head, so it is published also when there is no new block (rule CLAIM-7).
      await publishHead(service);
      for (;;) {
        const stop = await followNext({ tip, fork, signal, isOver, passing, lease }, done, service);
        if (stop !== undefined) return stop;
        if (isOver()) return { stoppedBy: 'time', reason: 'the time for starting further blocks is over' };
        if (calls() > budget.calls)
          return { stoppedBy: 'calls', reason: `the tick has sent ${calls()} requests to nodes` };
      }
    });
  }

  const stop = await run().catch((error: unknown) => stopOf(error, service));
  const { basesChanged, ...blocks } = done;
  return {
    tick: { at, ...blocks, calls: calls(), milliseconds: Math.round(elapsed()), stuckAt: null, ...stop },
    basesChanged,
  };
}

interface Stop extends Pick<NotedTick, 'unread' | 'hasReadOthers' | 'common'> {
  readonly stoppedBy: StoppedBy;
  readonly reason: string | null;
  /** See `Tick`. */
  readonly stuckAt?: string;
}

/** What the tick has done so far. */
interface Done {
  from: number | null;
  to: number | null;
  end?: BlockRef;
  unseen: number[];
  refreshed: number;
  basesChanged: string[];
}

interface FoundTip {
  readonly tip: PinnedBlock;
  /** The fork on which the tip was found: after a rewind this tip may not be on the chain any more. */
  readonly fork: number;
}

async function tipQuery(signal: AbortSignal, service: Service): Promise<TipQuery> {
  const { progress } = await service.snapshots.renewed();
  service.memory.enter(progress.fork);
  const atLeast = Math.max(progress.cursor?.height ?? 0, progress.mark ?? 0);
  return { atLeast, progress, signal, shared: undefined };
}

/** Follows the next batch. Gives why the tick ends, or undefined where it goes on. */
async function followNext(
  taking: Omit<BatchRequest, 'progress'> & FoundTip & { readonly lease: SyncLease },
  done: Done,
  service: Service,
): Promise<Stop | undefined> {
  const { tip, signal, lease } = taking;
  const snapshot = await service.snapshots.renewed();
  const { progress } = snapshot;
  const { cursor, logicVersion } = progress;
  if (progress.fork !== taking.fork) throw new Overtaken('an operator rewound sync in the meantime');
  // Rule ITEM-5. `rules` is the wire name of the logic version.
  if (logicVersion !== null && logicVersion > LOGIC_VERSION)
    return {
      stoppedBy: 'rules',
      reason: `the store is at logic version ${logicVersion}, this runner at ${LOGIC_VERSION}`,
    };
  if (cursor !== null && logicVersion !== LOGIC_VERSION) {
    if (await service.progress.raiseLogicVersion(LOGIC_VERSION, cursor)) return undefined;
    throw new Overtaken('another runner raised the logic version');
  }
  // Rule FOLLOW-8.
  if (cursor?.height === tip.height && cursor.hash !== tip.hash)
    throw new ForeignParent(`the chain has another block at height ${tip.height}`);

  const batch = await nextBatch({ ...taking, progress }, service);
  if (batch === undefined) return { stoppedBy: 'done', reason: null };
  // Rule PROOF-4: nothing is taken from a block that validators have not signed.
  await service.chain.requireSigned(batch.last, signal);
  await service.chain.keepTrust();
  const assertLease = (): void => {
    if (lease.lost.aborted) throw new Overtaken('another runner took the sync lease');
  };
  const followed = await followBatch({ batch, snapshot, leaseToken: lease.token, signal, assertLease }, service);
  done.refreshed += followed.refreshed;
  done.basesChanged.push(...followed.basesChanged);
  done.from ??= batch.from;
  done.to = batch.last.height;
  done.end = blockRef(batch.last);
  done.unseen.push(...batch.passed.map(({ height }) => height));
  return undefined;
}

const resetStop = (cursor: BlockRef, reset: FoundReset): Stop => ({
  stoppedBy: 'reset',
  reason: describeReset(cursor, reset),
  ...(reset.common !== undefined && { common: reset.common }),
});

function stopOf(error: unknown, { log, metrics }: Pick<Service, 'log' | 'metrics'>): Stop {
  // Most nodes have the last followed block.
  if (error instanceof ForeignParent) return { stoppedBy: 'chain', reason: error.message };
  if (error instanceof Overtaken) return { stoppedBy: 'overtaken', reason: error.message };
  if (error instanceof PoisonRecord)
    return { stoppedBy: 'chain', reason: error.message, stuckAt: error.at, ...error.noted };
  if (error instanceof UnreadableBlock)
    return { stoppedBy: 'chain', reason: error.message, stuckAt: stuckAtBlock(error.height) };
  if (error instanceof ChainUnavailable) return { stoppedBy: 'chain', reason: error.message };
  if (error instanceof StoreUnavailable) return { stoppedBy: 'store', reason: error.message };
  // A defect in the code. The cursor stays until it is fixed, and the stall is reported.
  metrics.count('Defect');
  log.error('defect', { error: stackOf(error) });
  return { stoppedBy: 'defect', reason: messageOf(error) };
}
