import type { PinnedState } from './pinned-state.ts';

/**
 * The list of all tokens that a contract keeps itself. It only grows: what stands at a place never changes. Both throw an Error that is
 * not ChainUnavailable where the list is not what it should be.
 */
export interface TokenList {
  /** How many places it has at the state's block; undefined: the contract keeps no list after all. */
  length(state: PinnedState): Promise<number | undefined>;
  /** For each place (0 is the first) the token's id, as its standard spells it; undefined: there is none at this place. */
  tokensAt(places: readonly number[], state: PinnedState): Promise<readonly (string | undefined)[]>;
}
