import type { StateKey } from './block.ts';
import type { EntityRef } from './entity.ts';
import type { BasisDefinition } from './pinned-state.ts';
import type { DictionaryItem } from './ports/chain.ts';

/** What sync must know of the configuration in addition to the kinds. */
export interface SharedDefinitions {
  /** Digest of all that the definitions of bases depend on. */
  readonly settings: string;
  /** The definition of a stored basis, by its name; undefined where the configuration no longer has it. */
  basis(name: string): BasisDefinition | undefined;
  /** Bases whose dictionaries are searched for entities that were never asked for, and the key whose write may create the basis. */
  readonly discovering: readonly { readonly name: string; readonly rootKey: StateKey }[];
  /** What is configured and is to be found on the chain, by the words that the operator knows it by. */
  readonly configured: readonly { readonly name: string; readonly what: string; readonly packageHash: string }[];
  /** The entity of a dictionary item, where the dictionary is the one that lists the entities. */
  discovered(basis: { readonly name: string; readonly value: object }, item: DictionaryItem): EntityRef | undefined;
}
