import type { ChainView } from '../chain-view.ts';

/** A method's answer to raw `params` in a view: the `result` without its `api_version`, or a thrown `RpcError`. */
export type Method = (view: ChainView, params: unknown) => Readonly<Record<string, unknown>>;

/** Stands where a node sends a Merkle proof; the recording holds none and the service reads none. */
export const NO_PROOF = '00';
