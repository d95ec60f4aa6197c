import pLimit from 'p-limit';
import { createRpcClient } from '../../../lib/chain/rpc/rpc-client.ts';

export interface Fetched {
  readonly milliseconds: number;
  readonly requests: number;
}

/** As many at once as in sync: blocks, and transactions of each block. */
const blocksAtOnce = 4;
const transactionsAtOnce = 8;

/** Fetches blocks 1 to `height` with sync's own HTTP client, and decodes of each answer only what the next request needs. */
export async function fetchBlocks(height: number, url: string): Promise<Fetched> {
  const client = createRpcClient({ url, alone: true });
  let requests = 0;
  async function ask(method: string, params: object): Promise<unknown> {
    requests += 1;
    const answer = await client.call(method, params, 5_000, AbortSignal.timeout(60_000));
    if ('error' in answer) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  }

  const began = performance.now();
  const heights = Array.from({ length: height }, (_, index) => index + 1);
  await pLimit(blocksAtOnce).map(heights, async (Height) => {
    const block = (await ask('chain_get_block', { block_identifier: { Height } })) as BlockAnswer;
    const hashes = Object.values(block.block_with_signatures.block.Version2.body.transactions).flat();
    await pLimit(transactionsAtOnce).map(hashes, (hash) => ask('info_get_transaction', { transaction_hash: hash }));
  });
  return { milliseconds: performance.now() - began, requests };
}

interface BlockAnswer {
  readonly block_with_signatures: {
    readonly block: { readonly Version2: { readonly body: { readonly transactions: Record<string, object[]> } } };
  };
}
