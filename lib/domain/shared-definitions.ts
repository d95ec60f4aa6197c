import type { StateKey } from './block.ts';
import type { EntityRef } from './entity.ts';
import type { BasisDefinition } from './pinned-state.ts';
import type { DictionaryItem } from './ports/chain.ts';
import type { TokenList } from './token-list.ts';

/** What sync must know of the configuration in addition to the kinds. */
export interface SharedDefinitions {
  /** Digest of all that the definitions of bases depend on. */
  readonly settings: string;
  /** The definition of a stored basis, by its name; undefined where the configuration no longer has it. */
  basis(name: string): BasisDefinition | undefined;
  /** Bases whose dictionaries are searched for entities that were never asked for. */
  readonly discovering: readonly Discovering[];
  /** What is configured and is to be found on the chain, by the words that the operator knows it by. */
  readonly configured: readonly { readonly name: string; readonly what: string; readonly packageHash: string }[];
  /** The entity that a dictionary item is about, where it is in one of the dictionaries that entities are read from. */
  discovered(basis: KnownBasis, item: DictionaryItem): EntityRef | undefined;
  /** The list that the contract keeps of its own tokens; undefined: it keeps none. */
  tokenList(basis: KnownBasis): TokenList | undefined;
}

/** A configured collection. */
export interface Discovering {
  /** Of its basis. */
  readonly name: string;
  readonly packageHash: string;
  /** The alias in the configuration; the first of several. */
  readonly alias: string;
  /** The key whose write may create the basis. */
  readonly rootKey: StateKey;
  /** Of its tokens, whose ids are `<package hash>:<token id>`. */
  readonly kind: string;
}

export interface KnownBasis {
  readonly name: string;
  readonly value: object;
}
