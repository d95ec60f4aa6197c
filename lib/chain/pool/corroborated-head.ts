import type { PinnedBlock } from '../../domain/block.ts';
import { UnusableAnswer } from '../../domain/errors.ts';
import { decodeHeader } from '../rpc/decode-block.ts';
import { Abandoned, NoSuchBlock } from '../rpc/errors.ts';
import type { TipObservations } from './tip-observations.ts';
import type { Upstream } from './upstream.ts';

export interface HeadCorroborationOptions {
  readonly upstreams: readonly Upstream[];
  readonly observations: TipObservations;
  readonly maxLagBlocks: number;
  /** The height that a node reports now; undefined where the node is barred. */
  heightOf(upstream: Upstream, signal: AbortSignal): Promise<number | undefined>;
}

/**
 * Rule SAVE-8: one status is not enough for the first tip that is observed, nor for a tip far above all others. The node
 * must have that block, and with two or more other nodes, these must not all be at another height. One node against one
 * decides nothing: with two nodes it stays open whether one is wrong or the other one lags.
 */
export function createHeadCorroboration({ upstreams, observations, maxLagBlocks, heightOf }: HeadCorroborationOptions) {
  /** Where it returns false because the others contradict, the node is barred. */
  return async function isCorroborated(upstream: Upstream, block: PinnedBlock, signal: AbortSignal): Promise<boolean> {
    const others = upstreams.filter((other) => other !== upstream && other.askable);
    const unobserved = others.length >= 2 ? Number.POSITIVE_INFINITY : 0;
    if ((observations.aheadBy(block.height, upstream) ?? unobserved) <= maxLagBlocks) return true;
    if (!(await hasBlock(upstream, block, signal))) {
      upstream.bar(`reports block ${block.height}, which it does not have`);
      return false;
    }
    if (others.length < 2) return true;
    const isNear = (height: number): boolean => Math.abs(block.height - height) <= maxLagBlocks;
    const heights = await heightsUntil(isNear, others, signal);
    // Nodes that were cut off have not contradicted.
    if (signal.aborted) throw new Abandoned();
    if (heights.some(isNear) || heights.length < 2) return true;
    const above = heights.filter((height) => height > block.height).length;
    if (above === 0) upstream.bar(`is alone at block ${block.height}`);
    else if (above >= 2) upstream.bar(`lags at block ${block.height}`);
    return above === 1;
  };

  /** The heights that the others report, until one of them is near or all have answered. */
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
  try {
    const answered = await upstream.ask('chain_get_block', params, decodeHeader, { signal });
    if ('absent' in answered) return false;
    const { height, timestamp } = answered.value.pinned;
    return height === block.height && timestamp === block.timestamp;
  } catch (error) {
    // Rule ANSWER-1: it was sent by its hash, so the node has it, whatever its form is.
    if (error instanceof UnusableAnswer) return true;
    if (error instanceof NoSuchBlock) return false;
    throw error;
  }
}
