import pLimit from 'p-limit';
import type { PinnedBlock, StateKey } from '../../domain/block.ts';
import { ChainUnavailable, NoBlockSoOld, UnusableAnswer } from '../../domain/errors.ts';
import type { ExecutedBlock } from '../../domain/ports/chain.ts';
import type { Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { type DecodedBlock, decodeBlock, hex64 } from '../rpc/decode-block.ts';
import { NoSuchBlock } from '../rpc/errors.ts';
import { malformed, shape } from '../rpc/json-shape.ts';
import { type Writes, writesOf } from './write-set.ts';

export interface ExecutedReading {
  readonly upstreams: Upstreams;
  /** The node that reported the tip: it has the block and its results. */
  readonly prefer: Upstream | undefined;
  readonly signal: AbortSignal;
}

/** How many transactions are read at once: nodes limit the concurrent requests of one caller. */
const resultsAtOnce = 8;

/** The block at a height, and what its transactions wrote. Throws when one of them has no result (rule FOLLOW-2). */
export async function readExecutedBlock(height: number, reading: ExecutedReading): Promise<ExecutedBlock> {
  const block = await blockAt(height, reading);
  const limit = pLimit(resultsAtOnce);
  try {
    const executions = await limit.map(block.transactions, (transaction) =>
      writesIn(block.pinned, transaction, reading),
    );
    const written = new Set<StateKey>(block.transactions.map(({ hash }) => `transaction-${hash}`));
    for (const { keys } of executions) for (const key of keys) written.add(key);
    return {
      block: block.pinned,
      parentHash: block.parentHash,
      protocolVersion: block.protocolVersion,
      isSwitchBlock: block.nextEraValidators !== null,
      written,
      items: executions.flatMap(({ items }) => items),
      stakes: executions.flatMap(({ stakes }) => stakes),
    };
  } finally {
    limit.clearQueue();
  }
}

async function blockAt(height: number, { upstreams, prefer, signal }: ExecutedReading): Promise<DecodedBlock> {
  const params = { block_identifier: { Height: height } };
  try {
    // A node that has not reached the block, or has pruned it, is not at fault.
    const options = { signal, prefer, blame: false, block: { height } };
    const answered = await upstreams.call('chain_get_block', params, decodeBlock, options);
    if ('absent' in answered || answered.value.pinned.height !== height) return malformed('the block at a height');
    return answered.value;
  } catch (error) {
    const isMissing = error instanceof NoSuchBlock || (error as Error).cause instanceof NoSuchBlock;
    if (!isMissing || height >= (upstreams.lowestBlock() ?? 0)) throw error;
    throw new NoBlockSoOld(`no node holds block ${height} any more`, { cause: error });
  }
}

/** Skips a node that knows the transaction without a result, or in another block. */
async function writesIn(
  block: PinnedBlock,
  { type, hash }: DecodedBlock['transactions'][number],
  { upstreams, prefer, signal }: ExecutedReading,
): Promise<Writes> {
  const exclude = new Set<Upstream>();
  const params = { transaction_hash: { [type]: hash } };
  for (;;) {
    const asked = upstreams.call('info_get_transaction', params, decodeWrites, { signal, prefer, exclude });
    const answered = await asked.catch((error: unknown) => {
      if (exclude.size === 0 || error instanceof UnusableAnswer || !(error instanceof ChainUnavailable)) throw error;
      throw new ChainUnavailable(`no node has the result of transaction ${hash} in block ${block.height}`, {
        cause: error,
      });
    });
    if ('value' in answered && answered.value?.block === block.hash) return answered.value.writes;
    exclude.add(answered.from);
  }
}

/** undefined: the node knows no block with it, or no result. */
function decodeWrites(answer: unknown): { readonly block: string; readonly writes: Writes } | undefined {
  const { execution_info: info } = shape(answer, 'a transaction');
  if (info === null || info === undefined) return undefined;
  const { block_hash: hash, execution_result: result } = shape(info, 'execution info');
  if (result === null || result === undefined) return undefined;
  return { block: hex64(hash, 'a block hash'), writes: writesOf(result) };
}
