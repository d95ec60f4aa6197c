import type { PinnedBlock } from '../../domain/block.ts';
import { ChainUnavailable } from '../../domain/errors.ts';
import type { ChainTransaction, Execution, Transfer } from '../../domain/pinned-state.ts';
import { ttlMilliseconds } from '../../domain/time-to-live.ts';
import type { Answered, Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { decodeBlock } from '../rpc/decode-block.ts';
import { list, shape } from '../rpc/json-shape.ts';
import { type DecodedTransaction, decodeTransaction, decodeTransfer, transferOrigin } from './decode-transaction.ts';

const noResult = 'no node has the result of a transaction that is in a block';

interface Asking {
  readonly block: PinnedBlock;
  readonly upstreams: Upstreams;
  readonly prefer: Upstream | undefined;
  readonly signal: AbortSignal;
  saidAbsent(node: Upstream): void;
}

/**
 * The status of a transaction as of the pinned block. The call cannot be pinned, so an execution above the block
 * counts as none; a node that has no result for a transaction that it knows to be in a block is passed over.
 */
export async function readTransaction(hash: string, asking: Asking): Promise<ChainTransaction | undefined> {
  const exclude = new Set<Upstream>();
  for (;;) {
    const answered = await find(hash, exclude, asking).catch((error: unknown) => {
      throw exclude.size > 0 && error instanceof ChainUnavailable
        ? new ChainUnavailable(noResult, { cause: error })
        : error;
    });
    if ('absent' in answered) {
      // A node that has it in a block, without a result, was passed over: it is there, and nobody can tell how it went.
      if (exclude.size > 0) throw new ChainUnavailable(noResult);
      asking.saidAbsent(answered.from);
      return undefined;
    }
    const transaction = answered.value;
    const { block, result } = transaction;
    // It may not have come as far as the pinned block: that must be shown, where it is not the node that gave the block.
    if (block === undefined && answered.from !== asking.prefer) asking.saidAbsent(answered.from);
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

/** A bare hash does not tell its kind: first the node at hand for both, then every other one. */
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
  let everybodyElse = true;
  for (const { params, by } of denied) {
    const asked = new Set([...exclude, ...by]);
    const options = { signal, exclude: asked, failed };
    const found = await upstreams.callUntilFound('info_get_transaction', params, decodeTransaction, options);
    if ('value' in found) return found;
    everybodyElse &&= found.absentAt.length === upstreams.size - asked.size;
    for (const node of found.absentAt) by.add(node);
  }
  // Two nodes that know nothing of one kind each say nothing together: it may be of the other one at both.
  const [from] = [...(denied[0]?.by ?? [])].filter((node) => denied.every(({ by }) => by.has(node)));
  if (from === undefined) throw new ChainUnavailable('no node could be asked for both kinds of transaction');
  // One that has forgotten older blocks proves nothing while a node that may know better cannot be asked.
  if (!everybodyElse && from.low > 0) {
    throw new ChainUnavailable(
      `${from.name} does not know it and holds blocks from ${from.low} only; others cannot be asked`,
    );
  }
  return { from, absent: { code: -32014, message: 'No such transaction', data: null } };
}

/** In no block at or below the pinned one: pending, or expired once no block can hold it any more. */
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
  // It would have to be in a block by now. Another node may know the result; and this one must hold all blocks since.
  const elsewhere = await find(hash, new Set([node]), { ...asking, prefer: undefined }).catch(() => undefined);
  if (elsewhere !== undefined && 'value' in elsewhere) {
    const other = elsewhere.value;
    if (other.result !== undefined && other.block !== undefined && other.block.height <= block.height) {
      const execution = await executionOf(hash, { ...other.result, block: other.block }, asking);
      return { ...named(other), execution, expired: false };
    }
  }
  if (node.low > 0) {
    const params = { block_identifier: { Height: node.low } };
    const lowest = await upstreams.call('chain_get_block', params, decodeBlock, { signal, only: node });
    if ('absent' in lowest) return still;
    if (Date.parse(lowest.value.pinned.timestamp) > Date.parse(transaction.timestamp)) return still;
  }
  return { ...still, expired: true };
}

type DecodedExecution = NonNullable<DecodedTransaction['result']> & Pick<Execution, 'block'>;

/** 1.x results name transfers by address only: the block's list of transfers has them whole. */
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
