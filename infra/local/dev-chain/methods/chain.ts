import { type ChainView, switchBlockBelow } from '../chain-view.ts';
import { findBlock } from '../identifiers.ts';
import { readParams } from '../params.ts';
import type { RecordedBlock } from '../recorded.ts';
import { noSuchBlock, valueNotFound } from '../rpc-error.ts';
import { type Method, proofOf } from './method.ts';

export const chainGetBlock: Method = (view, params) => {
  const { header } = requestedBlock(view, params);
  return { block_with_signatures: view.recording.blockAnswers[header.height]?.block_with_signatures };
};

export const chainGetStateRootHash: Method = (view, params) => ({
  state_root_hash: requestedBlock(view, params).header.state_root_hash,
});

/** The transfers of a block's transactions, in the order of the block's body. */
export const chainGetBlockTransfers: Method = (view, params) => {
  const { hash, body } = requestedBlock(view, params);
  const transfers = Object.values(body.transactions)
    .flat()
    .flatMap((transaction) => Object.entries(transaction))
    .flatMap(([kind, id]) => view.recording.transactions.get(`${kind} ${id}`)?.execution_info ?? [])
    .flatMap((info) => info.execution_result.Version2?.transfers ?? []);
  return { block_hash: hash, transfers };
};

/** The era summary that the last era end wrote, as of the requested block; default: the newest switch block. */
export const chainGetEraSummary: Method = (view, params) => {
  const { block_identifier } = readParams(params, [], ['block_identifier']);
  const asked = block_identifier ? requestedBlock(view, params) : switchBlockBelow(view, view.tip);
  const summary = view.recording.eras.get(switchBlockBelow(view, asked.header.height).header.height);
  if (summary === undefined || view.nothingFound) throw valueNotFound();
  return {
    era_summary: {
      ...summary,
      block_hash: asked.hash,
      era_id: asked.header.era_id,
      state_root_hash: asked.header.state_root_hash,
      merkle_proof: proofOf(view, eraSummaryKey, asked),
    },
  };
};

const eraSummaryKey = `era-summary-${'0'.repeat(64)}`;

function requestedBlock(view: ChainView, params: unknown): RecordedBlock {
  const { block_identifier } = readParams(params, [], ['block_identifier']);
  const block = findBlock(view, block_identifier);
  if (block === undefined) throw noSuchBlock(view.low, view.tip);
  return block;
}
