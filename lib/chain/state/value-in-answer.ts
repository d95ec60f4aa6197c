import type { ReadingProof } from '../../domain/proof.ts';
import { malformed, shape } from '../rpc/json-shape.ts';

/** The stored value, in the form in which nodes write it in JSON, that an answer of `query_global_state` has under a key. */
export interface ValueInAnswer {
  of(result: unknown, key: string): Promise<unknown>;
  /** The same of another answer, which has a proof and no header; undefined where nothing is proved. */
  proved(proof: unknown, key: string): unknown;
  /** Of the proofs that were used so far; null: there were none. */
  evidence(): ReadingProof['evidence'];
}

/** As the node claims it. */
export const claimedValues: ValueInAnswer = {
  of: async (result) => shape(result, 'a stored value').stored_value ?? malformed('a stored value'),
  proved: () => undefined,
  evidence: () => null,
};
