import type { PinnedBlock } from '../../domain/block.ts';
import { abortIn } from '../../domain/deadline.ts';
import { BlockNotServed, ChainUnavailable, unlessDefect } from '../../domain/errors.ts';
import { judgementOn } from '../../domain/judgement.ts';
import type { Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { type DecodedHeader, decodeHeader } from '../rpc/decode-block.ts';
import { NoSuchBlock } from '../rpc/errors.ts';
import { malformed } from '../rpc/json-shape.ts';

interface Asking {
  readonly upstreams: Upstreams;
  readonly attemptMs: number;
  readonly signal: AbortSignal;
}

/** A block, and a node that has it. */
interface Located {
  readonly block: PinnedBlock;
  readonly from: Upstream;
}

/** With the node that answered first. */
const nodesAsked = 3;

/**
 * Rule PAST-2: the block at a height that a caller names. A node that has pruned it is not at fault, nor does its status overstate. One node
 * may be on another history, so that others are asked too, for the time of one attempt: more than half of those that have one decide.
 */
export async function blockAtHeight(height: number, asking: Asking): Promise<Located> {
  const { upstreams, signal } = asking;
  const exclude = upstreams.beginningAbove(height);
  const missing = (cause?: unknown) => new BlockNotServed(`no node has block ${height}`, { cause });
  if (exclude.size === upstreams.size) throw missing();
  const options = { signal, blame: false, exclude };
  const answered = await upstreams
    .call('chain_get_block', byHeight(height), decodeHeader, options)
    .catch((error: unknown) => {
      throw isMissing(error) ? missing(error) : error;
    });
  if ('absent' in answered || answered.value.pinned.height !== height) return malformed(`block ${height}`);
  const first = { block: answered.value.pinned, from: answered.from };
  const others = upstreams.trusted().filter((node) => node !== first.from && !exclude.has(node));
  return ofMost([first, ...(await othersSay(height, others.slice(0, nodesAsked - 1), asking))]);
}

async function othersSay(height: number, others: readonly Upstream[], asking: Asking): Promise<readonly Located[]> {
  if (others.length === 0) return [];
  const signal = AbortSignal.any([asking.signal, abortIn(asking.attemptMs)]);
  const said = await Promise.all(others.map((node) => headerFrom(node, height, { ...asking, signal })));
  return said.flatMap((header, at) => {
    const from = others[at];
    return header === undefined || from === undefined ? [] : [{ block: header.pinned, from }];
  });
}

function ofMost(located: readonly Located[]): Located {
  const judgement = judgementOn(
    located.map(({ block, from }) => ({ node: from.name, digest: block.hash })),
    '',
  );
  const found = located.find(({ block }) => 'digest' in judgement && block.hash === judgement.digest);
  if (found === undefined) throw new ChainUnavailable(`the nodes do not agree on block ${located[0]?.block.height}`);
  return found;
}

/** What one node has at a height; undefined: nothing, or no answer. A node that does not have the block is not at fault. */
export async function headerFrom(
  node: Upstream,
  height: number,
  { upstreams, signal }: Pick<Asking, 'upstreams' | 'signal'>,
): Promise<DecodedHeader | undefined> {
  const options = { signal, only: node, blame: false };
  const answered = await upstreams.call('chain_get_block', byHeight(height), decodeHeader, options).catch(unlessDefect);
  return answered !== undefined && 'value' in answered && answered.value.pinned.height === height
    ? answered.value
    : undefined;
}

const byHeight = (height: number) => ({ block_identifier: { Height: height } });

const isMissing = (error: unknown): boolean =>
  error instanceof NoSuchBlock || (error as Error).cause instanceof NoSuchBlock;
