import { BlockNotServed, ChainUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import { stateMethod } from '../pool/holds-state.ts';
import type { Upstream } from '../pool/upstream.ts';
import { onlyOf, type Upstreams } from '../pool/upstreams.ts';
import { hex } from '../proof/bytes.ts';
import { Reader } from '../proof/reader.ts';
import { NoSuchBlock } from '../rpc/errors.ts';
import type { ReadResult, ResultsAsked } from './block-sources.ts';
import { decodeClValue } from './decode-state.ts';
import { createProvedValues } from './proved-values.ts';

/** `lackedBy`: so many nodes that have come to the block have no checksum of its results, and no node has. */
export type FoundChecksum = { readonly checksum: string } | { readonly lackedBy: number };

const registryKey = `checksum-registry-${'0'.repeat(64)}`;

/**
 * Rule PROOF-7: the checksum of the results, as the state of the block proves it. No node proves that there is none: each is asked by itself where the
 * first one does not have it. Throws ChainUnavailable where no node says either.
 */
export async function provedChecksum(asked: ResultsAsked<ReadResult>): Promise<FoundChecksum> {
  const { block, upstreams, prefer, signal } = asked;
  const { pinned } = block;
  const values = await createProvedValues(pinned);
  const decode = async (answer: unknown) => checksumIn(await values.of(answer, registryKey));
  const params = { state_identifier: { BlockHash: pinned.hash }, key: registryKey, path: [] };
  const ask = async (nodes: Upstreams): Promise<Said> => {
    try {
      const answered = await nodes.call(stateMethod, params, decode, { signal, prefer, block: pinned });
      return { checksum: 'value' in answered ? answered.value : undefined };
    } catch (error) {
      if (!(error instanceof ChainUnavailable) || signal.aborted) throw error;
      return { error };
    }
  };

  const first = await ask(upstreams);
  if (hasChecksum(first)) return first;
  if ('error' in first && !isLacking(first.error)) throw first.error;
  let lackedBy = 0;
  for (const node of upstreams.trusted()) {
    const said = await ask(onlyOf(upstreams, node));
    if (hasChecksum(said)) return said;
    if (!('error' in said) || (isLacking(said.error) && !mayBeBehind(said.error, node))) lackedBy += 1;
  }
  if (lackedBy > 0) return { lackedBy };
  throw new ChainUnavailable(`no node says what the checksum of the results of block ${pinned.height} is`);

  /** A node that is behind does not have the block yet. */
  function mayBeBehind({ cause }: ChainUnavailable, { reportedTip }: Upstream): boolean {
    const isWithoutBlock = cause instanceof NoSuchBlock && cause.rpcCode !== lacksState;
    return isWithoutBlock && (reportedTip === null || reportedTip.height < pinned.height);
  }
}

/** The node has the block, and its state no longer. */
const lacksState = -32012;

type Said = { readonly checksum: string | undefined } | { readonly error: ChainUnavailable };

const hasChecksum = (said: Said): said is { readonly checksum: string } =>
  'checksum' in said && said.checksum !== undefined;

/** No node has the state, or the entry cannot be read. */
const isLacking = (error: ChainUnavailable): boolean =>
  error instanceof BlockNotServed || error instanceof UnusableAnswer;

/** A map of names to hashes. */
function checksumIn(stored: unknown): string | undefined {
  const reader = new Reader(hex(decodeClValue(stored).bytes));
  const entries = reader.vector(() => [reader.text(), reader.hex(32)] as const);
  return new Map(entries).get('execution_results_checksum');
}
