import pLimit from 'p-limit';
import type { ExecutedTransaction } from '../../domain/activity.ts';
import type { ChainHeader, PinnedBlock, StateKey } from '../../domain/block.ts';
import { ChainUnavailable, NoBlockSoOld, UnreadableBlock, UnusableAnswer } from '../../domain/errors.ts';
import type { ExecutedBlock } from '../../domain/ports/chain.ts';
import { firstWhole, type Worth } from '../pool/first-whole.ts';
import type { Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { type DecodedHeader, hex64 } from '../rpc/decode-block.ts';
import { NoSuchBlock, RpcFailure } from '../rpc/errors.ts';
import { shape } from '../rpc/json-shape.ts';
import type { BlockSources, ReadBlock, ReadResult } from './block-sources.ts';
import { executedTransaction } from './executed-transaction.ts';
import { type Writes, writesOf } from './write-set.ts';

export interface ExecutedReading {
  readonly upstreams: Upstreams;
  /** The node that reported the tip: it has the block and its results. */
  readonly prefer: Upstream | undefined;
  readonly signal: AbortSignal;
  /** Proved (rules PROOF-6 and PROOF-7), or as nodes claim it. */
  readonly sources: BlockSources;
}

/** How many transactions are read at once: nodes limit the concurrent requests of one caller. */
const resultsAtOnce = 8;

/**
 * The block at a height, and what its transactions wrote. Throws when one of them has no result (rule FOLLOW-2), and
 * UnreadableBlock when nodes give the block or a result in a form that cannot be used.
 */
export async function readExecutedBlock(height: number, reading: ExecutedReading): Promise<ExecutedBlock> {
  const block = await blockAt(height, reading).catch(async (error: unknown) => {
    throw isUnusable(error) ? unreadable(height, await headerAt(height, reading), error) : error;
  });
  try {
    const { results, areProved } = await reading.sources.results({
      ...reading,
      block,
      read: (upstreams, isChecked) => resultsOf(block, { ...reading, upstreams, isChecked }),
    });
    const written = new Set<StateKey>(block.transactions.map(({ hash }) => `transaction-${hash}`));
    for (const { writes } of results) for (const key of writes.keys) written.add(key);
    return {
      ...blockHeader(block),
      written,
      items: results.flatMap(({ writes }) => writes.items),
      transactions: allOf(results.map(({ transaction }) => transaction)),
      stakes: results.flatMap(({ writes }) => writes.stakes),
      isProved: areProved,
    };
  } catch (error) {
    throw isUnusable(error) ? unreadable(height, blockHeader(block), error) : error;
  }
}

export const blockHeader = ({
  pinned,
  parentHash,
  protocolVersion,
  nextEraValidators,
}: DecodedHeader): ChainHeader => ({
  block: pinned,
  parentHash,
  protocolVersion,
  isSwitchBlock: nextEraValidators !== null,
});

/** Where only one node can be asked, a form that it alone gives is not compared with another node's. */
const isUnusable = (error: unknown): error is UnusableAnswer | RpcFailure =>
  error instanceof UnusableAnswer || (error instanceof RpcFailure && error.stage === 'form');

const unreadable = (height: number, header: ChainHeader | undefined, error: UnusableAnswer | RpcFailure) =>
  new UnreadableBlock(height, header, error instanceof UnusableAnswer ? error.givenBy : 1, error);

/** undefined where the header cannot be read either. */
async function headerAt(
  height: number,
  { upstreams, prefer, signal, sources }: ExecutedReading,
): Promise<ChainHeader | undefined> {
  const params = { block_identifier: { Height: height } };
  try {
    const answered = await upstreams.call('chain_get_block', params, sources.header, {
      signal,
      prefer,
      blame: false,
    });
    return 'value' in answered && answered.value.pinned.height === height ? blockHeader(answered.value) : undefined;
  } catch (error) {
    if (error instanceof ChainUnavailable) return undefined;
    throw error;
  }
}

async function blockAt(height: number, { upstreams, prefer, signal, sources }: ExecutedReading): Promise<ReadBlock> {
  const params = { block_identifier: { Height: height } };
  const worth = ({ pinned, transactions, isWhole }: ReadBlock): Worth => {
    if (pinned.height !== height) return 'useless';
    if (isWhole !== false) return 'whole';
    return transactions.length === 0 ? 'implausible' : 'doubtful';
  };
  const print = (block: ReadBlock): string => JSON.stringify(block);
  try {
    // A node that has not reached the block, or has pruned it, is not at fault.
    const options = { signal, prefer, blame: false, block: { height } };
    return await firstWhole({ what: `block ${height} whole`, size: upstreams.size, worth, print }, (exclude) =>
      upstreams.call('chain_get_block', params, sources.block, { ...options, exclude }),
    );
  } catch (error) {
    const isMissing = error instanceof NoSuchBlock || (error as Error).cause instanceof NoSuchBlock;
    if (!isMissing || height >= (upstreams.lowestBlock() ?? 0)) throw error;
    throw new NoBlockSoOld(`no node holds block ${height} any more`, { cause: error });
  }
}

/** undefined where one of them is missing. */
function allOf<Item>(items: readonly (Item | undefined)[]): readonly Item[] | undefined {
  const whole = items.filter((item) => item !== undefined);
  return whole.length === items.length ? whole : undefined;
}

interface ResultsReading extends ExecutedReading {
  /** The results are held against what the block proves (rule PROOF-7). */
  readonly isChecked: boolean;
}

async function resultsOf(block: ReadBlock, reading: ResultsReading): Promise<readonly Result[]> {
  const limit = pLimit(resultsAtOnce);
  try {
    return await limit.map(block.transactions, (transaction) => resultOf(block.pinned, transaction, reading));
  } finally {
    limit.clearQueue();
  }
}

/** Skips a node that knows the transaction without a result, in another block, or with less than it must have written. */
function resultOf(
  block: PinnedBlock,
  { type, hash }: ReadBlock['transactions'][number],
  { upstreams, prefer, signal, isChecked }: ResultsReading,
): Promise<Result> {
  const params = { transaction_hash: { [type]: hash } };
  const worth = ({ blockHash, writes, transaction }: Result): Worth => {
    if (blockHash !== block.hash) return 'useless';
    const ofWrites = isChecked ? 'whole' : worthOf(writes);
    // Rule ACTIVITY-3: one node's gap is no gap while another node has it whole.
    return ofWrites === 'whole' && transaction === undefined ? 'doubtful' : ofWrites;
  };
  const print = ({ writes, transaction }: Result): string =>
    [transaction === undefined, ...[...writes.keys].sort()].join();
  const decode = (answer: unknown): Executed => decodeExecuted(hash, answer);
  const what = `the result of transaction ${hash} in block ${block.height}`;
  return firstWhole({ what, size: upstreams.size, worth, print }, async (exclude) => {
    const options = { signal, prefer, exclude };
    const answered = await upstreams.call('info_get_transaction', params, decode, options);
    return 'value' in answered ? { ...answered, value: { ...answered.value, from: answered.from } } : answered;
  });
}

type Result = Executed & ReadResult;

interface Executed {
  /** undefined: the node knows no block with it, or no result. */
  readonly blockHash: string | undefined;
  readonly writes: Writes;
  /** undefined: a form that is not known. */
  readonly transaction: ExecutedTransaction | undefined;
  readonly json: unknown;
}

const notExecuted: Executed = {
  blockHash: undefined,
  writes: { keys: new Set(), items: [], stakes: [], cost: 0n },
  transaction: undefined,
  json: undefined,
};

function decodeExecuted(transaction: string, answer: unknown): Executed {
  const { execution_info: info } = shape(answer, 'a transaction');
  if (info === null || info === undefined) return notExecuted;
  const { block_hash: hash, execution_result: result } = shape(info, 'execution info');
  if (result === null || result === undefined) return notExecuted;
  return {
    blockHash: hex64(hash, 'a block hash'),
    writes: writesOf(result),
    transaction: executedTransaction(transaction, answer),
    json: result,
  };
}

/** What an execution costs is paid from a balance, or held on it. */
function worthOf({ keys, cost }: Writes): Worth {
  if (cost === 0n) return 'whole';
  if (keys.size === 0) return 'implausible';
  return [...keys].some((key) => key.startsWith('balance-')) ? 'whole' : 'doubtful';
}
