import type { AccountEra, EndedEra, EraShares } from '../rewards.ts';

/**
 * What ended eras have paid, to every account (rule ACTIVITY-20). An era is there whole or not at all. Consistent; every method
 * throws StoreUnavailable.
 */
export interface Rewards {
  /** Keeps an era. The same again changes nothing; one of an earlier fork is not kept where there is one of a later fork. */
  keep(era: EndedEra, shares: EraShares): Promise<void>;
  /** An account (64 hexadecimal digits) in the kept eras from `from` to `to`, both included, at most 1,000 eras; newest first. */
  of(account: string, from: number, to: number): Promise<readonly AccountEra[]>;
  /** The kept eras from `from` to `to`, both included, whole or not all of whose accounts are there; newest first. */
  eras(from: number, to: number): Promise<readonly EndedEra[]>;
  /** The first of the kept eras, and the last one that counts; undefined: there is none. */
  kept(counts: (era: EndedEra) => boolean): Promise<{ readonly first: EndedEra; readonly last: EndedEra } | undefined>;
}
