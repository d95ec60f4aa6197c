import { switchBlockBelow, tipBlock } from '../chain-view.ts';
import { readParams } from '../params.ts';
import { functionDisabled } from '../rpc-error.ts';
import type { Method } from './method.ts';

/** The recorded status with the tip's block. A node that catches up has no round length and a block sync in progress. */
export const infoGetStatus: Method = (view, params) => {
  readParams(params, []);
  const { hash, header } = tipBlock(view);
  const { api_version: _, ...recorded } = view.recording.meta.status;
  return {
    ...recorded,
    chainspec_name: view.chainName,
    last_added_block_info: {
      hash,
      timestamp: header.timestamp,
      era_id: header.era_id,
      height: header.height,
      state_root_hash: header.state_root_hash,
      creator: header.proposer,
    },
    round_length: view.catchingUp ? null : recorded.round_length,
    reactor_state: view.catchingUp ? 'CatchUp' : 'Validate',
    last_progress: header.timestamp,
    available_block_range: { low: view.low, high: view.tip },
    block_sync: { historical: view.catchingUp ? syncOf(hash) : null, forward: null },
    latest_switch_block_hash: switchBlockBelow(view, view.tip).hash,
  };
};

export const infoGetPeers: Method = (view, params) => {
  readParams(params, []);
  return { peers: view.recording.meta.status.peers };
};

/** This function is off on the recorded nodes, as on most nodes. */
export const auctionInfo: Method = () => {
  throw functionDisabled('auction bids');
};

function syncOf(hash: string): object {
  return {
    block_hash: hash,
    block_height: null,
    acquisition_state: `initialized for: block-hash(${hash.slice(0, 4)}..${hash.slice(-4)})`,
  };
}
