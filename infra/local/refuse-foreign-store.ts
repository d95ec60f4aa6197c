import type { RpcClient } from '../../lib/chain/rpc/rpc-client.ts';
import { EarlierForm } from '../../lib/domain/errors.ts';
import type { Progress } from '../../lib/domain/progress.ts';
import { createClock } from '../../lib/runtime/clock.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import { endpointsOf } from '../../lib/runtime/service.ts';
import type { Store } from '../../lib/store/store.ts';

/** The stored data belongs to another chain than the nodes serve, is ahead of it, or is in the form of an earlier version. */
export class ForeignStore extends Error {
  override readonly name = 'ForeignStore';
}

const timeoutMs = 2_000;

/** How far the data in the folder has followed its chain. Throws ForeignStore when an earlier version wrote it in another form. */
export async function readKeptProgress(folder: string, { progress }: Pick<Store, 'progress'>): Promise<Progress> {
  try {
    return await progress.read();
  } catch (error) {
    if (error instanceof EarlierForm) throw new ForeignStore(`the data in ${folder} cannot be read: ${error.message}`);
    throw error;
  }
}

/**
 * Stored data is valid only for the chain that it was read from. Throws ForeignStore when the nodes serve another chain, or
 * a shorter one. Nodes that do not answer are ignored here: each of their later answers is checked anyway.
 */
export async function refuseForeignStore({ network, head }: Progress, folder: string): Promise<void> {
  if (network === null || head === null) return;
  const { network: expected, maxLagBlocks, upstreams } = readConfig(process.env);
  if (network !== expected) {
    throw new ForeignStore(`the data in ${folder} belongs to the network "${network}", not to "${expected}"`);
  }
  const endpoints = endpointsOf({ upstreams, callsPerSecond: null }, createClock());
  const answers = await Promise.all(endpoints.map(({ client }) => readTip(client, head.height).catch(() => undefined)));
  const tips = answers.flatMap((tip) => (tip?.network === expected ? [tip] : []));
  const foreign = tips.find(({ hash }) => hash !== undefined && hash !== head.hash);
  if (foreign !== undefined) {
    throw new ForeignStore(
      `the data in ${folder} belongs to another chain: its block ${head.height} is ${head.hash}, the nodes have ${foreign.hash}`,
    );
  }
  const highest = Math.max(...tips.map(({ height }) => height));
  if (tips.length > 0 && head.height > highest + maxLagBlocks) {
    throw new ForeignStore(
      `the data in ${folder} is ahead of the chain, or of another one: it has reached block ${head.height}, the nodes are at block ${highest}`,
    );
  }
}

interface Tip {
  readonly network: string | undefined;
  readonly height: number;
  /** Hash of the block at the requested height; undefined if the node does not have the block. */
  readonly hash: string | undefined;
}

async function readTip(client: RpcClient, requestedHeight: number): Promise<Tip> {
  const status = (await ask(client, 'info_get_status', undefined)).result;
  const height = status?.last_added_block_info?.height ?? -1;
  const block =
    requestedHeight <= height
      ? await ask(client, 'chain_get_block', { block_identifier: { Height: requestedHeight } })
      : undefined;
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
  return (await client.call(method, params, timeoutMs, new AbortController().signal)) as Answer;
}
