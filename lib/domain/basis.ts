import type { BlockRef, StateKey } from './block.ts';
import type { ReadingProof } from './proof.ts';

/** The name of the era basis: sync alone makes and moves it (rule BASIS-4). Before that, its dependents claim their own block only. */
export const eraBasis = 'era';
export const eraDefinition = 'era-1';

/** Written by each block that ends an era: watched by the bases that depend on the era, never by entities. */
export const eraKey: StateKey = 'era-end';
/** Written when anything may have changed unseen (a gap, a new protocol version, other settings): watched by every basis. */
export const everyBasisKey: StateKey = 'every-basis';

/** The keys that a basis is watched under: the keys that it read, and the two above. */
export const watchedBy = ({ readSet, bases }: Pick<BasisSeen, 'readSet' | 'bases'>): StateKey[] => {
  const dependsOnEra = bases.some(({ name }) => name === eraBasis);
  return [...new Set([...readSet, everyBasisKey, ...(dependsOnEra ? [eraKey] : [])])].sort();
};

/** Shared state as a reading at one block saw it. `value` is undefined where the chain has no such thing. */
export interface BasisSeen<Value extends object = object, Joined extends object = object> {
  readonly name: string;
  readonly block: BlockRef;
  readonly value: Value | undefined;
  readonly joined: Joined | undefined;
  /** Why the value is undefined although the chain has something: it cannot be understood (rule ANSWER-4). */
  readonly unreadable?: string;
  readonly readSet: readonly StateKey[];
  /** What the basis depends on itself: a liquid-staking rate depends on the era. */
  readonly bases: readonly BasisDependency[];
  readonly definition: string;
  /** How far this was proved at `block` (rule PROOF-1). Left out: it was named, and not read. */
  readonly proof?: ReadingProof;
}

/** What an observation keeps of a basis that it depends on. */
export interface BasisDependency {
  readonly name: string;
  /** The block at which this reading saw the basis. */
  readonly height: number;
  readonly definition: string;
  /** What the basis joined at the observation's own block. */
  readonly joined?: object;
}
