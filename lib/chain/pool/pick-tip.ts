import type { PinnedBlock } from '../../domain/block.ts';
import { unlessAborted, withTimeout } from '../../domain/deadline.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { TipRequest } from '../../domain/ports/chain.ts';
import type { Clock } from '../../domain/ports/telemetry.ts';
import { decodeBlock, decodeStatus, type NodeStatus } from '../rpc/decode-block.ts';
import { RpcFailure } from '../rpc/rpc-failure.ts';
import type { AskNodes } from './ask-nodes.ts';
import { createHeadCorroboration } from './corroborated-head.ts';
import { statusMethod } from './node-health.ts';
import { createShared } from './shared-since.ts';
import { createTipObservations } from './tip-observations.ts';
import type { Upstream } from './upstream.ts';

export interface Guards {
  /** Expected `chainspec_name`. */
  readonly network: string;
  /** How far a node may lag behind the best one, in blocks. */
  readonly maxLagBlocks: number;
  /** How old a node's newest block may be; 0: any age. */
  readonly maxTipAgeSeconds: number;
}

export interface Tip {
  readonly block: PinnedBlock;
  readonly from: Upstream;
}

/** A node's newest whole block, if no guard is red. */
interface Examined extends Tip {
  /** Its chain stands still, as far as it knows. */
  readonly old: boolean;
}

/** A head that nobody of ours has seen for so long says little about who lags: all nodes are compared first. */
const staleHeadMs = 30_000;
/** How long a comparison may hold up an answer once one node is known good. */
const compareGraceMs = 200;
/** A status so young is taken for the node's word of now. */
const claimMs = 2_000;
/** How far a node's clock, and ours, may be off. */
const clockSlackMs = 30_000;
/** All were seen to stand still so lately that one of them is enough to ask. */
const stillMs = 10_000;

/** Shares nothing. */
const anew = Number.POSITIVE_INFINITY;

export interface TipPickerOptions {
  readonly upstreams: readonly Upstream[];
  readonly askInTurn: AskNodes;
  /** Asks all nodes that nobody else asks. */
  readonly onTheSide: () => Promise<void>;
  /** The nodes to ask for their tip, in order. */
  readonly tipNodes: (signal: AbortSignal) => Promise<readonly Upstream[]>;
  readonly guards: Guards;
  readonly clock: Clock;
}

/** Finds the newest block of a healthy node: each node's own status, held against every guard. */
export function createTipPicker({ upstreams, askInTurn, onTheSide, tipNodes, guards, clock }: TipPickerOptions) {
  const sights = createTipObservations(upstreams, clock);
  const sharedStatus = createShared(clock, status);
  const newestBlock = createShared(clock, tellBlock);
  const isBorneOut = createHeadCorroboration({ upstreams, sights, maxLagBlocks: guards.maxLagBlocks, heightOf });
  let stoodAt = Number.NEGATIVE_INFINITY;

  /** undefined where a guard is red by the node's own word. */
  async function status(upstream: Upstream, signal: AbortSignal): Promise<NodeStatus | undefined> {
    // A node that was down is asked over a new connection: an old one may be as dead as it was.
    const asking = { signal, unpooled: upstream.unwell };
    const answered = await upstream.ask(statusMethod, undefined, decodeStatus, asking);
    if ('absent' in answered) return undefined;
    const { value } = answered;
    if (value.network !== guards.network) {
      return void upstream.bar(`serves the network "${value.network.slice(0, 40)}", not "${guards.network}"`);
    }
    if (value.reactorState !== 'KeepUp' && value.reactorState !== 'Validate') {
      return void upstream.bar(`is in state ${value.reactorState.slice(0, 40)}`);
    }
    return value;
  }

  /** The block through which the node holds state: its last one, but for the moment in which that is still being stored. */
  async function wholeBlock(
    upstream: Upstream,
    { tip, complete }: NodeStatus,
    signal: AbortSignal,
  ): Promise<PinnedBlock> {
    if (complete >= tip.height) return tip;
    const params = { block_identifier: { Height: complete } };
    const answered = await upstream.ask('chain_get_block', params, decodeBlock, { signal });
    if ('absent' in answered) throw new RpcFailure('body', 'no block at the height that it says it has');
    return answered.value.pinned;
  }

  const isOld = ({ timestamp }: PinnedBlock): boolean =>
    guards.maxTipAgeSeconds > 0 && clock.now() - Date.parse(timestamp) > guards.maxTipAgeSeconds * 1000;

  async function heightOf(upstream: Upstream, signal: AbortSignal): Promise<number | undefined> {
    const seen = await sharedStatus(upstream, signal, clock.now() - claimMs);
    return seen && Math.min(seen.tip.height, seen.complete);
  }

  /** The block that it tells, once it is borne out. */
  async function tellBlock(upstream: Upstream, signal: AbortSignal, since: number): Promise<PinnedBlock | undefined> {
    const seen = await sharedStatus(upstream, signal, since);
    if (seen === undefined) return undefined;
    const block = await wholeBlock(upstream, seen, signal);
    if (Date.parse(block.timestamp) > clock.now() + clockSlackMs) {
      return void upstream.bar(`tells a block of the future, ${block.height}`);
    }
    if (!(await isBorneOut(upstream, block, signal))) return undefined;
    upstream.tell(block, seen.low);
    return block;
  }

  /** Judged anew by whoever shares it: the other nodes may have told more in the meantime. */
  async function examine(upstream: Upstream, signal: AbortSignal, since: number): Promise<Examined | undefined> {
    const block = await newestBlock(upstream, signal, since);
    return block && judge(upstream, block);
  }

  function judge(upstream: Upstream, block: PinnedBlock): Examined | undefined {
    if (sights.isBeyond(block)) return void upstream.bar(`jumps to block ${block.height}`);
    if (sights.best() - block.height > guards.maxLagBlocks) return void upstream.bar(`lags at block ${block.height}`);
    const old = isOld(block);
    upstream.clear(old);
    return { block, from: upstream, old };
  }

  /** Where nobody of ours has seen the tip lately, one node's word is held against every other one's before it counts. */
  async function compare(knownHead: TipRequest['knownHead'], signal: AbortSignal): Promise<void> {
    const comparing = onTheSide();
    comparing.catch(() => undefined);
    const isFresh = knownHead !== undefined && clock.now() - Date.parse(knownHead.seenAt) <= staleHeadMs;
    if (upstreams.length < 2 || isFresh) return;
    if (knownHead === undefined) await unlessAborted(comparing, signal);
    else await withTimeout(comparing, compareGraceMs);
  }

  async function tip({ atLeast = 0, knownHead, signal }: TipRequest): Promise<Tip> {
    const since = clock.now();
    sights.learn(knownHead);
    await compare(knownHead, signal);
    const standing: Tip[] = [];
    let tooLow: number | undefined;
    try {
      return await askInTurn<Tip>({ signal, candidates: () => tipNodes(signal) }, async (upstream, own, onSent) => {
        onSent();
        const examined = await examine(upstream, own, since);
        if (examined === undefined) return undefined;
        const { block, from, old } = examined;
        if (block.height < atLeast) {
          tooLow = Math.max(tooLow ?? 0, block.height);
          return undefined;
        }
        if (!old || clock.now() - stoodAt <= stillMs) return { block, from };
        standing.push({ block, from });
        return undefined;
      });
    } catch (error) {
      if (!(error instanceof ChainUnavailable)) throw error;
      // A chain that stands still everywhere is no reason to refuse: its tip is old, and current all the same.
      const highest = standing.toSorted((a, b) => b.block.height - a.block.height)[0];
      if (highest !== undefined) {
        stoodAt = clock.now();
        return highest;
      }
      if (tooLow === undefined) throw error;
      throw new ChainUnavailable(`no node has reached block ${atLeast}; the best is at ${tooLow}`);
    }
  }

  return {
    tip,
    examine: (upstream: Upstream, signal: AbortSignal) => examine(upstream, signal, anew),
    /** Every node that may be asked, whatever was known of it. */
    async examineAll(signal: AbortSignal): Promise<void> {
      const usable = upstreams.filter(({ askable }) => askable);
      const since = clock.now();
      await Promise.allSettled([onTheSide(), ...usable.map((upstream) => examine(upstream, signal, since))]);
    },
    best: sights.best,
  };
}
