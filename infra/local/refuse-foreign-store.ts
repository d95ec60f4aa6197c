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
  const urls = (process.env.CASPER_RPC_URLS ?? '').split(',').flatMap((url) => (url.trim() === '' ? [] : [url.trim()]));
  const looks = await Promise.all(urls.map((url) => look(url, head.height).catch(() => undefined)));
  const seen = looks.filter((one) => one !== undefined && one.network === expected).filter((one) => one !== undefined);
  const foreign = seen.find(({ hash }) => hash !== undefined && hash !== head.hash);
  if (foreign !== undefined) {
    throw new ForeignStore(
      `the data in ${folder} is of another chain: its block ${head.height} is ${head.hash}, not ${foreign.hash}`,
    );
  }
  const highest = Math.max(...seen.map(({ height }) => height));
  const lag = Number(process.env.ASTAKE_MAX_LAG_BLOCKS || 5);
  if (seen.length > 0 && head.height > highest + lag) {
    throw new ForeignStore(`the data in ${folder} is of block ${head.height}, ahead of the chain at block ${highest}`);
  }
}

interface Look {
  readonly network: string | undefined;
  readonly height: number;
  /** Of the block at the asked height, where the node has it. */
  readonly hash: string | undefined;
}

async function look(url: string, at: number): Promise<Look> {
  const status = (await ask(url, 'info_get_status', undefined)).result;
  const height = status?.last_added_block_info?.height ?? -1;
  const block = at <= height ? await ask(url, 'chain_get_block', { block_identifier: { Height: at } }) : undefined;
  const hash = Object.values(block?.result?.block_with_signatures?.block ?? {})[0]?.hash;
  return { network: status?.chainspec_name, height, hash };
}

interface Answer {
  readonly result?: {
    readonly chainspec_name?: string;
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
