import type { Progress } from '../../lib/domain/progress.ts';

/** The data in the folder is of another chain than the nodes serve, or of a longer one. */
export class ForeignStore extends Error {
  override readonly name = 'ForeignStore';
}

const patienceMs = 2_000;

/**
 * What is stored counts as true of the chain that it was read from, and of no other. Nodes that do not answer refuse
 * nothing: their answers are guarded one by one.
 */
export async function refuseForeignStore({ network, head }: Progress, folder: string): Promise<void> {
  if (network === null || head === null) return;
  const expected = process.env.CASPER_CHAIN_NAME ?? 'casper';
  if (network !== expected) {
    throw new ForeignStore(`the data in ${folder} is of the network "${network}", not of "${expected}"`);
  }
  for (const url of (process.env.CASPER_RPC_URLS ?? '').split(',').map((entry) => entry.trim())) {
    if (url === '') continue;
    const tip = await ask(url, 'info_get_status', undefined).catch(() => undefined);
    const height = tip?.result?.last_added_block_info?.height;
    if (height === undefined) continue;
    const lag = Number(process.env.ASTAKE_MAX_LAG_BLOCKS ?? 5);
    if (head.height > height + lag) {
      throw new ForeignStore(`the data in ${folder} is of block ${head.height}, ahead of the chain at block ${height}`);
    }
    const block = await ask(url, 'chain_get_block', {
      block_identifier: { Height: Math.min(head.height, height) },
    }).catch(() => undefined);
    const hash = Object.values(block?.result?.block_with_signatures?.block ?? {})[0]?.hash;
    if (head.height <= height && hash !== undefined && hash !== head.hash) {
      throw new ForeignStore(
        `the data in ${folder} is of another chain: its block ${head.height} is ${head.hash}, not ${hash}`,
      );
    }
    return;
  }
}

interface Answer {
  readonly result?: {
    readonly last_added_block_info?: { readonly height: number };
    readonly block_with_signatures?: { readonly block: Readonly<Record<string, { readonly hash: string }>> };
  };
}

async function ask(url: string, method: string, params: object | undefined): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, ...(params === undefined ? {} : { params }) }),
    signal: AbortSignal.timeout(patienceMs),
  });
  return (await answer.json()) as Answer;
}
