import { describe } from '@jest/globals';
import { describeComparison } from './compare-all.ts';

describe('chain-e, three validators and proofs: every answer equals the recorded chain', () => {
  describeComparison({
    recording: 'chain-e',
    heights: [0, 13, 14, 21, 39, 45, 50, 57, 59, 65, 68, 78, 100],
    batchesAt: [57],
    cachedAt: [62, 74],
    liquid: {
      package: 'f9ca9d80dc9f7d71b6f032769795a8540335b97f6164f0369037f965cf1224bf',
      balances: 'balances',
      decimals: 9,
      // No such token trades at this rate: it is a pair of numbers that moves with the blocks.
      rate: { numerator: 'total_supply', denominator: '__events_length' },
    },
    holds: { collections: 1, tokens: 27, accounts: 14, transactions: 148 },
    encounters: {
      answers: 3445,
      absent: 1237,
      assets: 396,
      collections: 24,
      burnt: 12,
      approved: 10,
      accounts: 360,
      positions: 360,
      delegations: 158,
      unbondings: 42,
      redelegations: 18,
      bids: 78,
      inactiveBids: 0,
      rewarded: 122,
      liquid: 92,
      pending: 16,
      processed: 765,
      failed: 287,
    },
  });
});
