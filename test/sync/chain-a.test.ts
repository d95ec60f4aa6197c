import { describe } from '@jest/globals';
import { describeFollowing } from './follow-chain.ts';

describe('chain-a followed', () => {
  describeFollowing({
    recording: 'chain-a',
    liquid: {
      package: 'eb0cc730581cc976bbe7df276130a9a37bebe64e0d0d44e2aca680d453ef3ab9',
      balances: 'balances',
      decimals: 9,
      rate: { numerator: 'total_supply', denominator: 'total_supply' },
    },
    runs: [{ start: 0, steps: [1] }],
  });
});
