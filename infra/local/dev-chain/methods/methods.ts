import { stateGetAccountInfo, stateGetEntity } from './account.ts';
import { queryBalance, queryBalanceDetails, stateGetBalance } from './balance.ts';
import { chainGetBlock, chainGetBlockTransfers, chainGetEraSummary, chainGetStateRootHash } from './chain.ts';
import { stateGetDictionaryItem } from './dictionary.ts';
import type { Method } from './method.ts';
import { auctionInfo, infoGetPeers, infoGetStatus } from './node.ts';
import { queryGlobalState } from './query-global-state.ts';
import { infoGetReward } from './reward.ts';
import { accountPutDeploy, accountPutTransaction } from './submit.ts';
import { infoGetDeploy, infoGetTransaction } from './transaction.ts';

export const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    account_put_deploy: accountPutDeploy,
    account_put_transaction: accountPutTransaction,
    chain_get_block: chainGetBlock,
    chain_get_block_transfers: chainGetBlockTransfers,
    chain_get_era_summary: chainGetEraSummary,
    chain_get_state_root_hash: chainGetStateRootHash,
    info_get_deploy: infoGetDeploy,
    info_get_peers: infoGetPeers,
    info_get_reward: infoGetReward,
    info_get_status: infoGetStatus,
    info_get_transaction: infoGetTransaction,
    query_balance: queryBalance,
    query_balance_details: queryBalanceDetails,
    query_global_state: queryGlobalState,
    state_get_account_info: stateGetAccountInfo,
    state_get_auction_info: auctionInfo,
    state_get_auction_info_v2: auctionInfo,
    state_get_balance: stateGetBalance,
    state_get_dictionary_item: stateGetDictionaryItem,
    state_get_entity: stateGetEntity,
  } satisfies Record<string, Method>),
);

/** The node's name for what a method requests, in the `data` of a failed request. */
export const SUBJECTS: Readonly<Record<string, string>> = {
  query_balance: 'balance',
  query_balance_details: 'balance',
  query_global_state: 'global state item',
  state_get_account_info: 'account info',
  state_get_balance: 'balance',
  state_get_dictionary_item: 'dictionary item',
};
