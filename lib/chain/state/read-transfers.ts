import pLimit from 'p-limit';
import type { PinnedBlock } from '../../domain/block.ts';
import { ChainUnavailable, UnusableAnswer } from '../../domain/errors.ts';
import type { Transfer } from '../../domain/pinned-state.ts';
import { stateMethod } from '../pool/holds-state.ts';
import type { Upstream } from '../pool/upstream.ts';
import type { Upstreams } from '../pool/upstreams.ts';
import { known, list, malformed, shape } from '../rpc/json-shape.ts';
import { decodeTransfer, transferOrigin } from './decode-transaction.ts';

export interface TransferReads {
  /** The pinned block, whose state still has every transfer. */
  readonly block: PinnedBlock;
  readonly upstreams: Upstreams;
  readonly prefer: Upstream | undefined;
  readonly signal: AbortSignal;
}

const readsAtOnce = 8;

/**
 * The transfers of a deploy that ran under 1.x. Its result names them by address, and the list of its block holds their
 * content. Rule ANSWER-7: a list with more or fewer of them is no answer of that node. Where no node has the right one, each transfer
 * is read by its own address.
 */
export async function readTransfers(
  deploy: string,
  named: readonly string[],
  blockHash: string,
  reads: TransferReads,
): Promise<readonly Transfer[]> {
  if (named.length === 0) return [];
  const { upstreams, prefer, signal } = reads;
  const params = { block_identifier: { Hash: blockHash } };
  const exclude = new Set<Upstream>();
  try {
    for (;;) {
      const options = { signal, prefer, exclude };
      const answered = await upstreams.call('chain_get_block_transfers', params, listedFor(deploy), options);
      if ('value' in answered && answered.value.length === named.length) return answered.value.map(decodeTransfer);
      exclude.add(answered.from);
    }
  } catch (error) {
    if (!(error instanceof ChainUnavailable) || signal.aborted) throw error;
    return readByAddress(deploy, named, error, reads);
  }
}

/** The entries of this deploy. A node was seen to send null for a block without transfers (casper-node, issue 4255). */
const listedFor =
  (deploy: string) =>
  (answer: unknown): readonly unknown[] => {
    const { transfers } = shape(answer, 'transfers');
    return transfers === null ? [] : list(transfers, 'transfers').filter((entry) => isOf(deploy, entry));
  };

/** Of an entry that is not known, nothing shows whose it is: the number of the others decides. */
function isOf(deploy: string, entry: unknown): boolean {
  try {
    return transferOrigin(entry) === deploy;
  } catch (error) {
    if (error instanceof UnusableAnswer) return false;
    throw error;
  }
}

async function readByAddress(
  deploy: string,
  named: readonly string[],
  cause: ChainUnavailable,
  { block, upstreams, prefer, signal }: TransferReads,
): Promise<readonly Transfer[]> {
  const decode = (result: unknown): Transfer => {
    const { stored_value: stored } = shape(result, 'a stored value');
    const [, transfer] = known(stored, ['Transfer', 'LegacyTransfer'], 'a stored transfer');
    if (transferOrigin(transfer) !== deploy) malformed('a transfer of this deploy');
    return decodeTransfer(transfer);
  };
  return pLimit(readsAtOnce).map(named, async (key) => {
    const params = { state_identifier: { BlockHash: block.hash }, key, path: [] };
    const answered = await upstreams.call(stateMethod, params, decode, { signal, prefer, block });
    if ('value' in answered) return answered.value;
    throw new ChainUnavailable(`no node has all ${named.length} transfers of deploy ${deploy}`, { cause });
  });
}
