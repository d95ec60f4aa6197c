import type { BlockRef } from './block.ts';

/** What an account received from one validator in an era, in motes: `validator` by its own bid, `delegator` by a delegation. */
export interface RewardShare {
  /** Public key in hex. */
  readonly validator: string;
  readonly as: 'validator' | 'delegator';
  readonly amount: string;
}

/** What an era paid, by account hash (64 hexadecimal digits): an account that is not in it received nothing. */
export type EraShares = ReadonlyMap<string, readonly RewardShare[]>;

/** What a node says that an era paid. */
export interface EraReading {
  readonly shares: EraShares;
  readonly node: string;
}

/** An era that has ended, and the switch block that ended it. */
export interface EndedEra {
  readonly era: number;
  readonly block: BlockRef;
  /** The fork on which sync followed that block (rule FOLLOW-8). */
  readonly fork: number;
}

/** An account in one era; no shares: it received nothing. */
export interface AccountEra extends EndedEra {
  readonly shares: readonly RewardShare[];
}

export const totalOf = (shares: readonly RewardShare[]): bigint =>
  shares.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
