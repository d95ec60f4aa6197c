import type { ChainView } from '../chain-view.ts';

/** Answers raw `params` in a view: returns the `result` without `api_version`, or throws JsonRpcError. */
export type Method = (view: ChainView, params: unknown) => Readonly<Record<string, unknown>>;

/** In place of a Merkle proof: the recording has no proofs, and the service reads none. */
export const NO_PROOF = '00';
