import { describe } from '@jest/globals';
import { describeComparison } from './compare-all.ts';

describe('chain-d, three validators and an upgrade at 84: every answer equals the recorded chain', () => {
  describeComparison({
    recording: 'chain-d',
    heights: [14, 21, 45, 60, 73, 83, 84, 90, 104, 105, 118, 131, 156],
    batchesAt: [104],
    cachedAt: [70],
    liquid: {
      package: 'ac384c48c4e3a0ce07c8f2c4a8e009119ca40b1029106167e986ac49b677f6b6',
      balances: 'balances',
      decimals: 9,
      // No such token trades at this rate: it is a pair of numbers that moves with the blocks.
      rate: { numerator: 'total_supply', denominator: '__events_length' },
    },
    holds: { collections: 2, tokens: 30, accounts: 12, transactions: 203 },
    encounters: {
      answers: 4186,
      absent: 1153,
      assets: 544,
      collections: 50,
      burnt: 38,
      approved: 18,
      accounts: 312,
      positions: 312,
      delegations: 234,
      unbondings: 34,
      redelegations: 12,
      bids: 78,
      inactiveBids: 0,
      rewarded: 188,
      liquid: 112,
      pending: 14,
      processed: 1318,
      failed: 483,
    },
  });
});
