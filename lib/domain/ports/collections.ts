import type { CollectionState, Enumeration, Interruption } from '../collection.ts';

/** How far each collection is enumerated (rule COLLECT-2). Every method throws StoreUnavailable. */
export interface CollectionStates {
  /** Consistent, in the order asked for; one that nothing is known of has neither enumeration nor interruption. */
  get(packageHashes: readonly string[]): Promise<readonly CollectionState[]>;
  /** True if its revision is one above the stored one (revision 1: there is none), and so it was kept. */
  change(enumeration: Enumeration): Promise<boolean>;
  /** The one of the later fork stays; on one fork, the one of the higher block. */
  interrupt(packageHash: string, interruption: Interruption): Promise<void>;
}
