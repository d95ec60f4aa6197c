import type { PinnedBlock } from '../../domain/block.ts';
import { decodeBlock } from '../rpc/decode-block.ts';
import { Abandoned } from '../rpc/rpc-failure.ts';
import type { TipObservations } from './tip-observations.ts';
import type { Upstream } from './upstream.ts';

export interface HeadCorroborationOptions {
  readonly upstreams: readonly Upstream[];
  readonly sights: TipObservations;
  readonly maxLagBlocks: number;
  /** How far a node says it is now; undefined where its word does not count. */
  heightOf(upstream: Upstream, signal: AbortSignal): Promise<number | undefined>;
}

/**
 * A tip far above all that anybody else has seen, and the first one that anybody sees, need more than one status: the node
 * must have that block, and where there are two others to ask, they must not both be elsewhere. One word against one
 * condemns nobody: with two nodes it cannot be told whether one lies or the other lags.
 */
export function createHeadCorroboration({ upstreams, sights, maxLagBlocks, heightOf }: HeadCorroborationOptions) {
  /** False where it is not; then the node is barred. */
  return async function isBorneOut(upstream: Upstream, block: PinnedBlock, signal: AbortSignal): Promise<boolean> {
    const others = upstreams.filter((one) => one !== upstream && one.askable);
    const most = others.length >= 2 ? Number.POSITIVE_INFINITY : 0;
    if ((sights.aheadBy(block.height, upstream) ?? most) <= maxLagBlocks) return true;
    if (!(await hasBlock(upstream, block, signal))) {
      upstream.bar(`tells block ${block.height}, which it does not have`);
      return false;
    }
    if (others.length < 2) return true;
    const isNear = (height: number): boolean => Math.abs(block.height - height) <= maxLagBlocks;
    const heights = await heightsUntil(isNear, others, signal);
    // Who was cut off has not said anything.
    if (signal.aborted) throw new Abandoned();
    if (heights.some(isNear) || heights.length < 2) return true;
    const above = heights.filter((height) => height > block.height).length;
    if (above === 0) upstream.bar(`is alone at block ${block.height}`);
    else if (above >= 2) upstream.bar(`lags at block ${block.height}`);
    return above === 1;
  };

  /** What the others say, as far as it takes until one of them is near. */
  function heightsUntil(
    isNear: (height: number) => boolean,
    others: readonly Upstream[],
    signal: AbortSignal,
  ): Promise<number[]> {
    return new Promise((resolve) => {
      const heights: number[] = [];
      let left = others.length;
      for (const other of others) {
        const end = (height?: number): void => {
          left -= 1;
          if (height !== undefined) heights.push(height);
          if (left === 0 || (height !== undefined && isNear(height))) resolve(heights);
        };
        heightOf(other, signal).then(end, () => end());
      }
    });
  }
}

async function hasBlock(upstream: Upstream, block: PinnedBlock, signal: AbortSignal): Promise<boolean> {
  const params = { block_identifier: { Hash: block.hash } };
  const answered = await upstream.ask('chain_get_block', params, decodeBlock, { signal });
  if ('absent' in answered) return false;
  const { height, timestamp } = answered.value.pinned;
  return height === block.height && timestamp === block.timestamp;
}
