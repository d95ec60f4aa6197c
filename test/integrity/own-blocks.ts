import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { answerOf, type Override } from '../support/rpc-proxy.ts';

/** A block of a node's own, in the place of the one that is recorded. */
export interface OwnBlock {
  readonly hash: string;
  readonly header: object;
  readonly body: object;
  readonly proofs: readonly object[];
}

const { blocks } = loadRecording('chain-e');

/** Everything that names a block names the node's own one; all values are true, with true proofs. `newest`: what it reports. */
export function lyingWith(
  own: ReadonlyMap<number, OwnBlock>,
  urlOf: () => string | undefined,
  newest?: { readonly height: number; readonly eraId: number },
): Override {
  const at = (of: string) => [...own.entries()].find(([, { hash }]) => hash === of)?.[0];
  const realHash = (hash: string): string => blocks[at(hash) ?? -1]?.hash ?? hash;
  return async ({ method, params }, forward) => {
    if (method === 'info_get_status') {
      const { result } = await forward();
      const { last_added_block_info: last } = result;
      if (newest !== undefined) {
        last.height = newest.height;
        last.era_id = newest.eraId;
        result.available_block_range.high = newest.height;
      }
      last.hash = own.get(last.height)?.hash ?? last.hash;
      return { result };
    }
    if (method === 'chain_get_block') {
      const { Hash, Height } = params.block_identifier ?? {};
      const found = own.get(Height ?? at(Hash));
      if (found === undefined) return undefined;
      const { proofs, ...Version2 } = found;
      return { result: { api_version: '2.0.0', block_with_signatures: { block: { Version2 }, proofs } } };
    }
    const { BlockHash } = params?.state_identifier ?? {};
    if (BlockHash === undefined) return undefined;
    const state = { BlockHash: realHash(BlockHash) };
    const got = await answerOf(urlOf() ?? '', { method, params: { ...params, state_identifier: state } });
    const header = own.get(at(BlockHash) ?? -1)?.header;
    if (got.result?.block_header && header !== undefined) got.result.block_header = { Version2: header };
    return got;
  };
}
