import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import type { Recording } from '../../infra/local/dev-chain/recording.ts';
import { type Instead, startRpcProxy } from '../support/rpc-proxy.ts';
import type { Rewrite } from './case.ts';
import { hasMembers, withMembers } from './members.ts';

/** A node on the chain whose answers the rules rewrite. `rules` is read at each request. */
export async function startRewritingNode(
  recording: Recording,
  height: number,
  index: number,
  rules: () => readonly Rewrite[],
): Promise<DevChain> {
  const node = await startDevChain({ recording, height });
  const proxy = await startRpcProxy(node.url, async ({ method, params }, forward) => {
    const mayFit = rules().filter((rule) => fits(rule, { index, method, params, height: node.height() }));
    if (mayFit.length === 0) return undefined;
    const own = await forward();
    const rule = mayFit.find((each) => each.if === undefined || hasMembers(own.result, each.if));
    return rule === undefined ? undefined : rewritten(rule, { own, params, height: node.height() }, recording);
  });
  const close = async (): Promise<void> => {
    await proxy.close();
    await node.close();
  };
  return { ...node, url: proxy.url, close };
}

interface Asked {
  readonly index: number;
  readonly method: string;
  readonly params: unknown;
  readonly height: number;
}

function fits(rule: Rewrite, { index, method, params, height }: Asked): boolean {
  const { node = index, fromHeight = 0, untilHeight = Number.POSITIVE_INFINITY } = rule;
  const methods = rule.methods ?? (rule.method === undefined ? [method] : [rule.method]);
  const isAtHeight = height >= fromHeight && height <= untilHeight;
  return node === index && methods.includes(method) && isAtHeight && hasMembers(params, rule.when);
}

function rewritten(
  { error, result, set = {}, statusAhead }: Rewrite,
  // biome-ignore lint/suspicious/noExplicitAny: answers of every method
  { own, params, height }: { readonly own: any; readonly params: any; readonly height: number },
  recording: Recording,
): Instead {
  if (error !== undefined) return { error };
  if (statusAhead !== undefined) return { result: withMembers(own.result, statusAt(recording, height + statusAhead)) };
  if (result === undefined) return { result: withMembers(own.result, set) };
  const { Hash = recording.blocks[height]?.hash } = params.block_identifier ?? {};
  return { result: JSON.parse(JSON.stringify(result).replaceAll('"@blockHash"', JSON.stringify(Hash))) };
}

/** The members of a status that name the last block. */
function statusAt({ blocks }: Recording, height: number): Record<string, unknown> {
  const block = blocks[height];
  if (block === undefined) throw new Error(`no block ${height}`);
  return {
    'last_added_block_info.hash': block.hash,
    'last_added_block_info.height': height,
    'last_added_block_info.timestamp': block.header.timestamp,
    'last_added_block_info.state_root_hash': block.header.state_root_hash,
    'available_block_range.high': height,
  };
}
