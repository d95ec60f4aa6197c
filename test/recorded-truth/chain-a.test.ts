import { describe } from '@jest/globals';
import { describeComparison } from './compare-all.ts';

describe('chain-a, one validator: every answer equals the recorded chain', () => {
  describeComparison({
    recording: 'chain-a',
    heights: [0, 10, 11, 12, 20, 25, 30, 35, 43, 44, 52, 60, 65, 66, 88, 110, 120],
    batchesAt: [30, 65],
    cachedAt: [28, 40, 100],
    liquid: {
      package: 'eb0cc730581cc976bbe7df276130a9a37bebe64e0d0d44e2aca680d453ef3ab9',
      balances: 'balances',
      decimals: 9,
      rate: { numerator: 'total_supply', denominator: 'total_supply' },
    },
    holds: { collections: 2, tokens: 7, accounts: 9, transactions: 41 },
    encounters: {
      answers: 1734,
      absent: 521,
      assets: 164,
      collections: 48,
      burnt: 20,
      approved: 20,
      accounts: 290,
      positions: 290,
      delegations: 44,
      unbondings: 22,
      redelegations: 8,
      bids: 60,
      inactiveBids: 18,
      rewarded: 54,
      liquid: 54,
      pending: 7,
      processed: 391,
      failed: 23,
    },
  });
});
