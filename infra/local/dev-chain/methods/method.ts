import type { ChainView } from '../chain-view.ts';
import type { RecordedBlock } from '../recorded.ts';

/** Answers raw `params` in a view: returns the `result` without `api_version`, or throws JsonRpcError. */
export type Method = (view: ChainView, params: unknown) => Readonly<Record<string, unknown>>;

/** The Merkle proof of a key's value at a block. `00` where the recording has no proofs: it proves nothing. */
export const proofOf = ({ recording }: ChainView, key: string, { header }: RecordedBlock): string =>
  recording.trie?.proof(header.state_root_hash, key) ?? '00';
