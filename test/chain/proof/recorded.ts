import { loadRecording } from '../../../infra/local/dev-chain/recording.ts';
import { type ProvedHeader, provedHeader } from '../../../lib/chain/proof/block-proof.ts';

/** A recording with the trie's nodes, and with the signatures of its blocks. */
export const recording = loadRecording('chain-e');
export const chainName = recording.meta.chainspec_name;

export function headerAt(height: number): ProvedHeader {
  const header = provedHeader(recording.blockAnswers[height]);
  if (header === undefined) throw new Error(`no block ${height}`);
  return header;
}
