import type { PinnedBlock } from '../../domain/block.ts';
import { unlessAborted } from '../../domain/deadline.ts';
import { ChainUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import { decodeHeader, decodeStatus, type NodeStatus } from '../rpc/decode-block.ts';
import { Abandoned, RpcFailure } from '../rpc/errors.ts';
import { createHeadCorroboration } from './corroborated-head.ts';
import { statusMethod } from './node-health.ts';
import type { TipObservations } from './tip-observations.ts';
import type { Upstream } from './upstream.ts';

export interface Guards {
  /** Expected `chainspec_name`. */
  readonly network: string;
  /** How far a node may lag behind the best one, in blocks. */
  readonly maxLagBlocks: number;
  /** How old a node's newest block may be; 0: any age. */
  readonly maxTipAgeSeconds: number;
}

/** A node's newest block with state, when no guard is against it. */
export interface ExaminedTip {
  readonly block: PinnedBlock;
  readonly from: Upstream;
  /** The block is older than `maxTipAgeSeconds`: the chain stands still, as far as this node knows. */
  readonly isOld: boolean;
}

/** One question per node, shared by concurrent callers. `since`: a result that was begun earlier will not do. */
export type SharedAsk<T> = (upstream: Upstream, signal: AbortSignal, since: number) => Promise<T>;

/** How far a node's clock and this one may differ. */
const clockSlackMs = 30_000;
/** A status this young counts as what the node says now. */
const currentMs = 2_000;

export interface ExaminerParts {
  readonly upstreams: readonly Upstream[];
  readonly observations: TipObservations;
  readonly guards: Guards;
  readonly clock: Clock;
}

/**
 * Asks a node for its status and its newest block with state, and checks both against every guard. A guard that fails bars
 * the node, and the result is undefined.
 */
export function createExaminer({
  upstreams,
  observations,
  guards,
  clock,
}: ExaminerParts): SharedAsk<ExaminedTip | undefined> {
  const { network, maxLagBlocks, maxTipAgeSeconds } = guards;
  const sharedStatus = createShared(clock, status);
  const sharedTip = createShared(clock, corroboratedTip);
  const isCorroborated = createHeadCorroboration({ upstreams, observations, maxLagBlocks, heightOf });

  async function status(upstream: Upstream, signal: AbortSignal): Promise<NodeStatus | undefined> {
    // A node that was down is asked over a new connection: an old one may be dead.
    const asking = { signal, unpooled: upstream.unwell };
    const answered = await upstream.ask(statusMethod, undefined, decodeStatus, asking);
    if ('absent' in answered) return undefined;
    const { value } = answered;
    if (value.network !== network) {
      return void upstream.bar(`serves the network "${value.network.slice(0, 40)}", not "${network}"`);
    }
    if (value.reactorState !== 'KeepUp' && value.reactorState !== 'Validate') {
      return void upstream.bar(`is in state ${value.reactorState.slice(0, 40)}`);
    }
    return value;
  }

  async function heightOf(upstream: Upstream, signal: AbortSignal): Promise<number | undefined> {
    const seen = await sharedStatus(upstream, signal, clock.now() - currentMs);
    return seen && Math.min(seen.tip.height, seen.highest);
  }

  async function corroboratedTip(
    upstream: Upstream,
    signal: AbortSignal,
    since: number,
  ): Promise<PinnedBlock | undefined> {
    const seen = await sharedStatus(upstream, signal, since);
    if (seen === undefined) return undefined;
    const block = await newestWithState(upstream, seen, signal);
    if (Date.parse(block.timestamp) > clock.now() + clockSlackMs) {
      return void upstream.bar(`reports a block of the future, ${block.height}`);
    }
    if (!(await isCorroborated(upstream, block, signal))) return undefined;
    upstream.reportTip(block, seen.lowest);
    return block;
  }

  /** Every caller judges a shared block itself: the other nodes may have reported more in the meantime. */
  function judge(upstream: Upstream, block: PinnedBlock): ExaminedTip | undefined {
    if (observations.isBeyond(block)) return void upstream.bar(`jumps to block ${block.height}`);
    if (observations.best() - block.height > maxLagBlocks) return void upstream.bar(`lags at block ${block.height}`);
    const isOld = maxTipAgeSeconds > 0 && clock.now() - Date.parse(block.timestamp) > maxTipAgeSeconds * 1000;
    upstream.clear(isOld);
    return { block, from: upstream, isOld };
  }

  return async (upstream, signal, since) => {
    const block = await sharedTip(upstream, signal, since);
    return block && judge(upstream, block);
  };
}

/** The node's last block, or while its state is still being stored, the block before. */
async function newestWithState(
  upstream: Upstream,
  { tip, highest }: NodeStatus,
  signal: AbortSignal,
): Promise<PinnedBlock> {
  if (highest >= tip.height) return tip;
  const params = { block_identifier: { Height: highest } };
  const answered = await upstream.ask('chain_get_block', params, decodeHeader, { signal }).catch((error: unknown) => {
    // Rule ANSWER-1: this says nothing of what readers asked for. The next block is soon stored with its state.
    throw error instanceof UnusableAnswer ? new ChainUnavailable(error.message, { cause: error }) : error;
  });
  if ('absent' in answered) throw new RpcFailure('body', 'no block at the height that it says it has');
  return answered.value.pinned;
}

function createShared<T>(clock: Clock, ask: SharedAsk<T>): SharedAsk<T> {
  const latest = new Map<Upstream, { readonly begun: number; readonly outcome: Promise<T> }>();
  return async (upstream, signal, since) => {
    const running = latest.get(upstream);
    if (running !== undefined && running.begun >= since) return unlessLate(running.outcome, signal);
    const outcome = ask(upstream, signal, since);
    outcome.catch(() => undefined);
    latest.set(upstream, { begun: clock.now(), outcome });
    return outcome;
  };
}

async function unlessLate<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  const done = await unlessAborted(
    shared.then((value) => ({ value })),
    signal,
  );
  if (done === undefined) throw new Abandoned();
  return done.value;
}
