import type { BlockRef } from '../../domain/block.ts';
import { decodeHeader } from '../rpc/decode-block.ts';
import { stateMethod } from './holds-state.ts';
import type { Upstream } from './upstream.ts';

/**
 * Whether most nodes have this block at its height (rule ANSWER-6): each trusted node is asked by itself, and more than half
 * of those that have a block there decide. A node with another block than most is barred. undefined: they are divided, or
 * none can say.
 */
export async function isCanonical(
  { height, hash }: Pick<BlockRef, 'height' | 'hash'>,
  nodes: readonly Upstream[],
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const params = { block_identifier: { Height: height } };
  const hashAt = async (node: Upstream): Promise<string | undefined> => {
    const asked = node.ask('chain_get_block', params, decodeHeader, { signal, blame: false });
    const answered = await asked.catch(() => undefined);
    const there = answered !== undefined && 'value' in answered ? answered.value.pinned : undefined;
    return there?.height === height ? there.hash : undefined;
  };
  const answers = await Promise.all(nodes.map(async (node) => ({ node, hash: await hashAt(node) })));
  const votes = answers.filter((answer) => answer.hash !== undefined);
  const supporters = votes.filter((vote) => vote.hash === hash);
  if (supporters.length * 2 > votes.length) {
    for (const { node } of votes.filter((vote) => vote.hash !== hash)) {
      node.bar(`has another block at height ${height} than the other nodes`, stateMethod);
    }
    return true;
  }
  const isRefuted = votes.some((vote) => votes.filter((other) => other.hash === vote.hash).length * 2 > votes.length);
  return isRefuted ? false : undefined;
}
