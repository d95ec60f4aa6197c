import type { RpcClient } from '../../lib/chain/rpc/rpc-client.ts';
import type { Progress } from '../../lib/domain/progress.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import { endpointsOf } from '../../lib/runtime/service.ts';

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
  const { network: expected, maxLagBlocks, upstreams } = readConfig(process.env);
  if (network !== expected) {
    throw new ForeignStore(`the data in ${folder} is of the network "${network}", not of "${expected}"`);
  }
  const endpoints = endpointsOf({ upstreams }, { now: Date.now });
  const looks = await Promise.all(endpoints.map(({ client }) => look(client, head.height).catch(() => undefined)));
  const seen = looks.filter((one) => one !== undefined && one.network === expected).filter((one) => one !== undefined);
  const foreign = seen.find(({ hash }) => hash !== undefined && hash !== head.hash);
  if (foreign !== undefined) {
    throw new ForeignStore(
      `the data in ${folder} is of another chain: its block ${head.height} is ${head.hash}, not ${foreign.hash}`,
    );
  }
  const highest = Math.max(...seen.map(({ height }) => height));
  if (seen.length > 0 && head.height > highest + maxLagBlocks) {
    throw new ForeignStore(`the data in ${folder} is of block ${head.height}, ahead of the chain at block ${highest}`);
  }
}

interface Look {
  readonly network: string | undefined;
  readonly height: number;
  /** Of the block at the asked height, where the node has it. */
  readonly hash: string | undefined;
}

async function look(client: RpcClient, at: number): Promise<Look> {
  const status = (await ask(client, 'info_get_status', undefined)).result;
  const height = status?.last_added_block_info?.height ?? -1;
  const block = at <= height ? await ask(client, 'chain_get_block', { block_identifier: { Height: at } }) : undefined;
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

async function ask(client: RpcClient, method: string, params: object | undefined): Promise<Answer> {
  return (await client.call(method, params, patienceMs, new AbortController().signal)) as Answer;
}
