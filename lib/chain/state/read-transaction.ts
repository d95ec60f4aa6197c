import type { PinnedBlock } from '../../domain/block.ts';
import { ChainUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import type { ChainTransaction, Execution, Transfer } from '../../domain/pinned-state.ts';
import { ttlMilliseconds } from '../../domain/time-to-live.ts';
import type { Answered, Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { decodeHeader } from '../rpc/decode-block.ts';
import { list, shape } from '../rpc/json-shape.ts';
import { type DecodedTransaction, decodeTransaction, decodeTransfer, transferOrigin } from './decode-transaction.ts';

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
    const { block, result } = transaction;
    // "In no block" counts only from a node that has reached the pinned block: the node that reported it, or one that proves it.
    if (block === undefined && answered.from !== asking.prefer) asking.noteAbsent(answered.from);
    if (block === undefined || block.height > asking.block.height)
      return pending(hash, transaction, answered.from, asking);
    if (result !== undefined) {
      return {
        ...named(transaction),
        execution: await executionOf(hash, { ...result, block }, asking),
        expired: false,
      };
    }
    exclude.add(answered.from);
  }
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

/** In no block up to the pinned one: pending, or expired when no later block can hold it (rule KIND-2: only when shown). */
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
  // Its time is over. It is expired only if no other node has a result, and this node holds all blocks since it was made.
  const elsewhere = await find(hash, new Set([node]), { ...asking, prefer: undefined }).catch(() => undefined);
  if (elsewhere !== undefined && 'value' in elsewhere) {
    const other = elsewhere.value;
    if (other.result !== undefined && other.block !== undefined && other.block.height <= block.height) {
      const execution = await executionOf(hash, { ...other.result, block: other.block }, asking);
      return { ...named(other), execution, expired: false };
    }
  }
  if (node.lowestBlock > 0) {
    const params = { block_identifier: { Height: node.lowestBlock } };
    const lowest = await upstreams.call('chain_get_block', params, decodeHeader, { signal, only: node });
    if ('absent' in lowest) return still;
    if (Date.parse(lowest.value.pinned.timestamp) > Date.parse(transaction.timestamp)) return still;
  }
  return { ...still, expired: true };
}

type DecodedExecution = NonNullable<DecodedTransaction['result']> & Pick<Execution, 'block'>;

/** 1.x results name transfers by address only; the block's list of transfers holds their content. */
async function executionOf(
  hash: string,
  result: DecodedExecution,
  { upstreams, prefer, signal }: Asking,
): Promise<Execution> {
  const { transfers } = result;
  if (!('unlisted' in transfers)) return { ...result, transfers };
  if (transfers.unlisted === 0) return { ...result, transfers: [] };
  const params = { block_identifier: { Hash: result.block.hash } };
  const answered = await upstreams.call('chain_get_block_transfers', params, transfersOf(hash), { signal, prefer });
  return { ...result, transfers: 'absent' in answered ? [] : answered.value };
}

const transfersOf =
  (hash: string) =>
  (answer: unknown): readonly Transfer[] =>
    list(shape(answer, 'transfers').transfers, 'transfers')
      .filter((entry) => transferOrigin(entry) === hash)
      .map(decodeTransfer);

const named = ({ type, initiator, timestamp, ttl }: DecodedTransaction) => ({ type, initiator, timestamp, ttl });
