import type { BlockRef, StateKey } from './block.ts';

/** The era basis is made and moved by sync alone; whoever rests on it claims its own block until sync has run. */
export const eraBasis = 'era';
export const eraDefinition = 'era-1';

/** Written by each block that ends an era: watched by the bases that rest on the era, never by entities. */
export const eraKey: StateKey = 'era-end';
/** Written when anything may have changed unseen (a gap, a new protocol version, other settings): watched by every basis. */
export const everyBasisKey: StateKey = 'every-basis';

/** What a basis is found by: the keys that it read, and those two. */
export const watchedBy = ({ readSet, bases }: Pick<BasisSeen, 'readSet' | 'bases'>): StateKey[] => {
  const dependsOnEra = bases.some(({ name }) => name === eraBasis);
  return [...new Set([...readSet, everyBasisKey, ...(dependsOnEra ? [eraKey] : [])])].sort();
};

/** A basis as a reading at one block saw it. `value` is undefined where the chain has no such thing. */
export interface BasisSeen<Value extends object = object, Joined extends object = object> {
  readonly name: string;
  readonly block: BlockRef;
  readonly value: Value | undefined;
  readonly joined: Joined | undefined;
  readonly readSet: readonly StateKey[];
  /** What it rests on in its turn: a liquid-staking rate on the era. */
  readonly bases: readonly BasisDependency[];
  readonly definition: string;
}

/** What an observation keeps of a basis: which one, by which definition, and what it joined as of the own block. */
export interface BasisDependency {
  readonly name: string;
  readonly height: number;
  readonly definition: string;
  readonly joined?: object;
}
