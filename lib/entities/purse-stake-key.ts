import type { StateKey } from '../domain/block.ts';

/** Written by each bid of a purse, as `stake-<account hash>` is by each bid of an account (rule FOLLOW-2). */
export const purseStakeKey = (purse: string): StateKey => `stake-${purse.replace(/^uref-|-\d+$/g, '')}`;
