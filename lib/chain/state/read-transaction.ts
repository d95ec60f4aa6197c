import type { PinnedBlock } from '../../domain/block.ts';
import { ChainUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import type { ChainTransaction, Execution } from '../../domain/pinned-state.ts';
import { ttlMilliseconds } from '../../domain/time-to-live.ts';
import type { Answered, Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { decodeHeader } from '../rpc/decode-block.ts';
import { type DecodedTransaction, decodeTransaction } from './decode-transaction.ts';
import { readTransfers } from './read-transfers.ts';

const noResult = 'no node has the result of a transaction that is in a block';

interface Asking {
  readonly block: PinnedBlock;
  readonly upstreams: Upstreams;
  readonly prefer: Upstream | undefined;
  readonly signal: AbortSignal;
  noteAbsent(node: Upstream): void;
}

/**
 * The status of a transaction as of the pinned block (rule KIND-2). The call cannot be pinned, so an execution above the
 * block counts as none. A node that knows the transaction in a block, without a result, is skipped.
 */
export async function readTransaction(hash: string, asking: Asking): Promise<ChainTransaction | undefined> {
  const exclude = new Set<Upstream>();
  for (;;) {
    const answered = await find(hash, exclude, asking).catch((error: unknown) => {
      throw exclude.size > 0 && error instanceof ChainUnavailable && !(error instanceof UnusableAnswer)
        ? new ChainUnavailable(noResult, { cause: error })
        : error;
    });
    if ('absent' in answered) {
      // A skipped node has it in a block: the transaction exists, and no node has its result.
      if (exclude.size > 0) throw new ChainUnavailable(noResult);
      asking.noteAbsent(answered.from);
      return undefined;
    }
    const transaction = answered.value;
    const { block } = transaction;
    // "In no block" counts only from a node that has reached the pinned block: the node that reported it, or one that proves it.
    if (block === undefined && answered.from !== asking.prefer) asking.noteAbsent(answered.from);
    if (block === undefined || block.height > asking.block.height) {
      // A skipped node has it in a block: that beats every node that has not.
      if (exclude.size > 0) throw new ChainUnavailable(noResult);
      return pending(hash, transaction, answered.from, asking);
    }
    const executed = asExecuted(hash, transaction, asking);
    if (executed !== undefined) return executed;
    exclude.add(answered.from);
  }
}

/** With its execution, where it has a result in a block up to the pinned one. */
function asExecuted(
  hash: string,
  transaction: DecodedTransaction,
  asking: Asking,
): Promise<ChainTransaction> | undefined {
  const { block, result } = transaction;
  if (block === undefined || result === undefined || block.height > asking.block.height) return undefined;
  const execution = executionOf(hash, { ...result, block }, asking);
  return execution.then((known) => ({ ...named(transaction), execution: known, expired: false }));
}

/** A bare hash does not show its kind: ask one node for both kinds first, then every other node. */
async function find(
  hash: string,
  exclude: ReadonlySet<Upstream>,
  asking: Asking,
): Promise<Answered<DecodedTransaction>> {
  const { upstreams, signal } = asking;
  const kinds = [{ Version1: hash }, { Deploy: hash }].map((transaction_hash) => ({ transaction_hash }));
  const failed = new Set<Upstream>();
  const denied: { readonly params: object; readonly by: Set<Upstream> }[] = [];
  let prefer = asking.prefer;
  for (const params of kinds) {
    const options = { signal, prefer, exclude, failed };
    const answered = await upstreams.call('info_get_transaction', params, decodeTransaction, options);
    if ('value' in answered) return answered;
    denied.push({ params, by: new Set([answered.from]) });
    prefer = answered.from;
  }
  let allOthersAsked = true;
  for (const { params, by } of denied) {
    const asked = new Set([...exclude, ...by]);
    const options = { signal, exclude: asked, failed };
    const found = await upstreams.callUntilFound('info_get_transaction', params, decodeTransaction, options);
    if ('value' in found) return found;
    allOthersAsked &&= found.absentAt.length === upstreams.size - asked.size;
    for (const node of found.absentAt) by.add(node);
  }
  // One node must deny both kinds: two nodes that deny one kind each may both have it as the other kind.
  const [from] = [...(denied[0]?.by ?? [])].filter((node) => denied.every(({ by }) => by.has(node)));
  if (from === undefined) throw new ChainUnavailable('no node could be asked for both kinds of transaction');
  // A node that has pruned older blocks proves nothing while another node cannot be asked.
  if (!allOthersAsked && from.lowestBlock > 0) {
    throw new ChainUnavailable(
      `${from.name} does not know it, but holds blocks from ${from.lowestBlock} only; other nodes cannot be asked`,
    );
  }
  return { from, absent: { code: -32014, message: 'No such transaction', data: null } };
}

/**
 * In no block up to the pinned one: pending, or expired when no later block can hold it. Rule KIND-2: expired only when
 * every node was asked and none has it in a block; a person who reads "expired" signs a second payment.
 */
async function pending(
  hash: string,
  transaction: DecodedTransaction,
  node: Upstream,
  asking: Asking,
): Promise<ChainTransaction> {
  const still: ChainTransaction = { ...named(transaction), execution: undefined, expired: false };
  const ttl = ttlMilliseconds(transaction.ttl);
  const { block, upstreams, signal } = asking;
  if (transaction.block !== undefined || ttl === undefined) return still;
  if (Date.parse(block.timestamp) <= Date.parse(transaction.timestamp) + ttl) return still;

  const others = upstreams.size === 1 ? [] : upstreams.trusted().filter((other) => other !== node);
  const words = await Promise.all(others.map((other) => wordOf(other, hash, transaction.type, asking)));
  const inBlock = words.flatMap((word) => (word === undefined || word === 'unknown' || !word.block ? [] : [word]));
  const within = inBlock.filter((word) => word.block !== undefined && word.block.height <= block.height);
  const executed = within.find(({ result }) => result !== undefined);
  if (executed !== undefined) return asExecuted(hash, executed, asking) ?? still;
  if (within.length > 0) throw new ChainUnavailable(noResult);
  const isEachAsked = others.length === upstreams.size - 1 && !words.includes(undefined);
  if (inBlock.length > 0 || !isEachAsked) return still;

  // This node must also hold all blocks since the transaction was made.
  if (node.lowestBlock > 0) {
    const params = { block_identifier: { Height: node.lowestBlock } };
    const lowest = await upstreams.call('chain_get_block', params, decodeHeader, { signal, only: node });
    if ('absent' in lowest) return still;
    if (Date.parse(lowest.value.pinned.timestamp) > Date.parse(transaction.timestamp)) return still;
  }
  return { ...still, expired: true };
}

/** What another node knows of it; undefined where it cannot be asked. */
async function wordOf(
  only: Upstream,
  hash: string,
  type: DecodedTransaction['type'],
  { block, upstreams, signal }: Asking,
): Promise<DecodedTransaction | 'unknown' | undefined> {
  const pinned = { block_identifier: { Hash: block.hash } };
  const params = { transaction_hash: { [type]: hash } };
  try {
    // Only a node that has come as far as the pinned block can say that it knows no block with it.
    const reached = await upstreams.call('chain_get_block', pinned, () => true, { signal, only, blame: false });
    if ('absent' in reached) return undefined;
    const answered = await upstreams.call('info_get_transaction', params, decodeTransaction, { signal, only });
    return 'value' in answered ? answered.value : 'unknown';
  } catch (error) {
    if (error instanceof UnusableAnswer || !(error instanceof ChainUnavailable)) throw error;
    return undefined;
  }
}

type DecodedExecution = NonNullable<DecodedTransaction['result']> & Pick<Execution, 'block'>;

async function executionOf(hash: string, result: DecodedExecution, asking: Asking): Promise<Execution> {
  const { transfers } = result;
  if (!('named' in transfers)) return { ...result, transfers };
  return { ...result, transfers: await readTransfers(hash, transfers.named, result.block.hash, asking) };
}

const named = ({ type, initiator, timestamp, ttl }: DecodedTransaction) => ({ type, initiator, timestamp, ttl });
