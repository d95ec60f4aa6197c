import type { PinnedBlock } from '../../domain/block.ts';
import { unlessAborted } from '../../domain/deadline.ts';
import { ChainUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import { decodeHeader, decodeStatus, type NodeStatus } from '../rpc/decode-block.ts';
import { Abandoned, NoSuchBlock } from '../rpc/errors.ts';
import { createHeadCorroboration } from './corroborated-head.ts';
import { statusMethod } from './node-health.ts';
import { mostOverstated } from './reported-blocks.ts';
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
  /** What its status reports: a higher block than `block` where the status runs ahead of what the node serves. */
  readonly reported: PinnedBlock;
  /** It has seen no new block for minutes. */
  readonly isCatchingUp: boolean;
  readonly from: Upstream;
  /** The block is older than `maxTipAgeSeconds`: the chain stands still, as far as this node knows. */
  readonly isOld: boolean;
}

/** One question per node, shared by concurrent callers. `since`: a result that was begun earlier will not do. */
export type SharedAsk<T> = (upstream: Upstream, signal: AbortSignal, since: number) => Promise<T>;

const followingStates = new Set(['KeepUp', 'Validate']);
const catchingUp = 'CatchUp';
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
    if (!followingStates.has(value.reactorState) && !standsStillWithUs(value)) {
      return void upstream.bar(`is in state ${value.reactorState.slice(0, 40)}`);
    }
    return value;
  }

  /**
   * A node that is no validator is in `CatchUp` whenever the chain has stood still for some minutes, and answers everything.
   * It counts while no node is known to be further; where nothing is known it may really be far behind.
   */
  function standsStillWithUs({ reactorState, tip, highest }: NodeStatus): boolean {
    const best = observations.best();
    return reactorState === catchingUp && best > 0 && Math.min(tip.height, highest) >= best;
  }

  async function heightOf(upstream: Upstream, signal: AbortSignal): Promise<number | undefined> {
    const seen = await sharedStatus(upstream, signal, clock.steady() - currentMs);
    return seen && Math.min(seen.tip.height, seen.highest);
  }

  async function corroboratedTip(
    upstream: Upstream,
    signal: AbortSignal,
    since: number,
  ): Promise<Omit<ExaminedTip, 'from' | 'isOld'> | undefined> {
    const seen = await sharedStatus(upstream, signal, since);
    if (seen === undefined) return undefined;
    const height = Math.min(seen.tip.height, seen.highest);
    const reported = await newestWithState(upstream, seen, signal);
    if (reported === undefined) upstream.deny({ height });
    else upstream.noteReported(reported);
    const believed = upstream.overstates ? undefined : reported;
    const block = believed ?? (await newestServed(upstream, { height, hash: reported?.hash }, signal));
    if (block === undefined) return void upstream.bar(`reports block ${height}, which it does not have`);
    if (Date.parse(block.timestamp) > clock.steady() + clockSlackMs) {
      return void upstream.bar(`reports a block of the future, ${block.height}`);
    }
    if (!(await isCorroborated(upstream, block, signal))) return undefined;
    upstream.reportTip(block, seen.lowest);
    return { block, reported: reported ?? block, isCatchingUp: seen.reactorState === catchingUp };
  }

  /**
   * Rule ANSWER-5: of a node whose status runs ahead of what it serves. It is believed again when it shows the block; where
   * no other node can be asked, only after a while, because several nodes may be behind its one address. undefined: it
   * shows no block near the reported one.
   */
  async function newestServed(
    upstream: Upstream,
    reported: { readonly height: number; readonly hash: string | undefined },
    signal: AbortSignal,
  ): Promise<PinnedBlock | undefined> {
    if (reported.hash !== undefined && (hasPeers(upstream) || upstream.mayBeBelieved)) {
      const shown = await servedAt(upstream, { Hash: reported.hash }, signal);
      if (shown !== undefined) {
        upstream.believe();
        return shown;
      }
      upstream.deny({ height: reported.height, hash: reported.hash });
    }
    for (let by = Math.max(1, upstream.overstatedBy); by <= mostOverstated && by <= reported.height; by += 1) {
      const height = reported.height - by;
      const block = await servedAt(upstream, { Height: height }, signal);
      if (block?.height === height) {
        upstream.noteReported(block, reported.height);
        return block;
      }
    }
    return undefined;
  }

  const hasPeers = (upstream: Upstream): boolean =>
    upstreams.some(
      (other) => other !== upstream && other.askable && !other.barred && !other.suspect && !other.overstates,
    );

  const isTooOld = ({ timestamp }: PinnedBlock): boolean =>
    maxTipAgeSeconds > 0 && clock.steady() - Date.parse(timestamp) > maxTipAgeSeconds * 1000;

  /** Every caller judges a shared block itself: the other nodes may have reported more in the meantime. */
  function judge(upstream: Upstream, tip: Omit<ExaminedTip, 'from' | 'isOld'>): ExaminedTip | undefined {
    const { block } = tip;
    if (observations.isBeyond(block)) return void upstream.bar(`jumps to block ${block.height}`);
    if (observations.best() - block.height > maxLagBlocks) return void upstream.bar(`lags at block ${block.height}`);
    const isOld = tip.isCatchingUp || isTooOld(block);
    upstream.clear(isOld);
    return { ...tip, from: upstream, isOld };
  }

  return async (upstream, signal, since) => {
    const tip = await sharedTip(upstream, signal, since);
    return tip && judge(upstream, tip);
  };
}

/** The node's last block, or while its state is still being stored, the block before. undefined: it does not have that one. */
async function newestWithState(
  upstream: Upstream,
  { tip, highest }: NodeStatus,
  signal: AbortSignal,
): Promise<PinnedBlock | undefined> {
  if (highest >= tip.height) return tip;
  return servedAt(upstream, { Height: highest }, signal).catch((error: unknown) => {
    // Rule ANSWER-1: this says nothing of what readers asked for. The next block is soon stored with its state.
    throw error instanceof UnusableAnswer ? new ChainUnavailable(error.message, { cause: error }) : error;
  });
}

/** undefined: the node does not have it. */
async function servedAt(
  upstream: Upstream,
  identifier: { readonly Hash: string } | { readonly Height: number },
  signal: AbortSignal,
): Promise<PinnedBlock | undefined> {
  try {
    const answered = await upstream.ask('chain_get_block', { block_identifier: identifier }, decodeHeader, { signal });
    return 'absent' in answered ? undefined : answered.value.pinned;
  } catch (error) {
    if (error instanceof NoSuchBlock) return undefined;
    throw error;
  }
}

interface SharedQuestion<T> {
  readonly begun: number;
  /** An answer from before the node denied a block says too much. */
  readonly denials: number;
  readonly outcome: Promise<T>;
}

function createShared<T>(clock: Clock, ask: SharedAsk<T>): SharedAsk<T> {
  const latest = new Map<Upstream, SharedQuestion<T>>();
  return async (upstream, signal, since) => {
    const running = latest.get(upstream);
    const isRecent = running !== undefined && running.begun >= since && running.denials === upstream.denials;
    if (isRecent) return unlessLate(running.outcome, signal);
    const begun = { begun: clock.steady(), denials: upstream.denials, outcome: ask(upstream, signal, since) };
    latest.set(upstream, begun);
    // A failure is shared by those who wait for it, and by no later attempt.
    begun.outcome.catch(() => {
      if (latest.get(upstream) === begun) latest.delete(upstream);
    });
    return begun.outcome;
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
