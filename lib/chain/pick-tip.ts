import type { BlockRef, PinnedBlock, TipRequest } from '../domain/chain.ts';
import { ChainUnavailable } from '../domain/errors.ts';
import type { Clock } from '../domain/service.ts';
import { decodeBlock, decodeStatus, type NodeStatus } from './decode-block.ts';
import { inTurn } from './in-turn.ts';
import { RpcFailure } from './rpc-failure.ts';
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

/** How often all nodes' heights are compared, and how long that may hold up an answer once one node is known good. */
const compareEveryMs = 10_000;
const compareGraceMs = 200;

/** Said of a node that is all right but for a chain that stands still. */
const oldTip = 'its newest block is old';

/** Height and time of a block that somebody has seen to be the tip. */
type Sight = Pick<BlockRef, 'height' | 'timestamp'>;

/** No chain makes blocks faster than this: between two sights of one chain, heights and times must fit. */
const leastBlockMs = 250;
const jumpSlack = 20;

const jumps = (sight: Sight, from: Sight): boolean =>
  sight.height - from.height >
  jumpSlack + Math.max(0, Date.parse(sight.timestamp) - Date.parse(from.timestamp)) / leastBlockMs;

/** Finds the newest block of a healthy node: each node's own status, held against every guard. */
export function createTipPicker(
  upstreams: readonly Upstream[],
  usable: () => Upstream[],
  guards: Guards,
  clock: Clock,
) {
  let comparedAt = Number.NEGATIVE_INFINITY;
  let stoodAt = Number.NEGATIVE_INFINITY;
  /** All were seen to stand still lately: one of them is enough to ask. */
  const stillStanding = (): boolean => clock.now() - stoodAt <= compareEveryMs;

  /** undefined where a guard is red. */
  async function status(upstream: Upstream, signal: AbortSignal): Promise<NodeStatus | undefined> {
    const answered = await upstream.ask('info_get_status', undefined, decodeStatus, { signal });
    if ('absent' in answered) return undefined;
    const { value } = answered;
    if (value.network !== guards.network) {
      return void upstream.bar(`serves the network "${value.network.slice(0, 40)}", not "${guards.network}"`);
    }
    upstream.seenAt = clock.now();
    upstream.told = { ...value.tip, height: Math.min(value.tip.height, value.complete) };
    upstream.low = value.low;
    if (value.reactorState !== 'KeepUp' && value.reactorState !== 'Validate') {
      return void upstream.bar(`is in state ${value.reactorState.slice(0, 40)}`);
    }
    return value;
  }

  /** Asks all nodes at once: only a comparison shows which of them lags. */
  async function compare(
    knownHead: Sight | undefined,
    signal: AbortSignal,
  ): Promise<Map<Upstream, NodeStatus | undefined>> {
    comparedAt = clock.now();
    const seen = new Map<Upstream, NodeStatus | undefined>();
    const asked = usable();
    const all = asked.map(async (upstream) => {
      seen.set(upstream, await status(upstream, signal).catch(() => undefined));
    });
    const oneIsGood = new Promise<void>((resolve) => {
      for (const one of all)
        one.then(() => [...seen.values()].some(Boolean) && setTimeout(resolve, compareGraceMs).unref());
    });
    // Where nobody has seen a tip yet, one node's word is held against every other one's before it is believed.
    await (knownHead === undefined ? Promise.all(all) : Promise.race([Promise.all(all), oneIsGood]));
    // Nobody waits for it once more while others can answer.
    for (const upstream of asked) if (!seen.has(upstream)) upstream.avoid('was silent while another node answered');
    return seen;
  }

  /** Tips that were told lately by nodes whose word counts, and the newest one that anybody of ours has seen. */
  function sights(knownHead: Sight | undefined): Sight[] {
    const lately = upstreams.filter(({ seenAt, barred }) => !barred && clock.now() - seenAt <= 2 * compareEveryMs);
    return [...lately.flatMap(({ told }) => told ?? []), ...(knownHead === undefined ? [] : [knownHead])];
  }

  /** The best height that is plausible beside every other one. */
  function best(knownHead?: Sight): number {
    const all = sights(knownHead);
    const plausible = all.filter((sight) => !all.some((other) => jumps(sight, other)));
    return Math.max(0, ...plausible.map(({ height }) => height));
  }

  /** The block through which the node holds state: its last one, but for the moment in which that is still being stored. */
  async function completeBlock(
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

  async function tip({ atLeast = 0, knownHead, signal }: TipRequest): Promise<Tip> {
    const due = upstreams.length > 1 && clock.now() - comparedAt > compareEveryMs;
    const compared = due ? await compare(knownHead, signal) : new Map<Upstream, NodeStatus | undefined>();
    const standing: Tip[] = [];
    let tooLow: number | undefined;
    try {
      return await inTurn({ candidates: usable, all: upstreams, signal }, async (upstream) => {
        const seen = compared.has(upstream) ? compared.get(upstream) : await status(upstream, signal);
        if (seen === undefined) return undefined;
        const block = await completeBlock(upstream, seen, signal);
        if (sights(knownHead).some((other) => jumps(block, other)))
          return void upstream.bar(`jumps to block ${block.height}`);
        if (best(knownHead) - block.height > guards.maxLagBlocks)
          return void upstream.bar(`lags at block ${block.height}`);
        if (block.height < atLeast) {
          tooLow = Math.max(tooLow ?? 0, block.height);
          return undefined;
        }
        const old = isOld(block);
        upstream.clear(old ? oldTip : null);
        if (!old || stillStanding()) return { block, from: upstream };
        standing.push({ block, from: upstream });
        return undefined;
      });
    } catch (error) {
      if (!(error instanceof ChainUnavailable)) throw error;
      // A chain that stands still everywhere is no reason to refuse: its tip is old, and current all the same.
      const highest = standing.toSorted((one, other) => other.block.height - one.block.height)[0];
      if (highest !== undefined) {
        stoodAt = clock.now();
        return highest;
      }
      if (tooLow === undefined) throw error;
      throw new ChainUnavailable(`no node has reached block ${atLeast}; the best is at ${tooLow}`);
    }
  }

  return { tip, status, best };
}
