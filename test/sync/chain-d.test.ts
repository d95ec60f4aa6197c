import { describe } from '@jest/globals';
import { describeFollowing } from './follow-chain.ts';

describe('chain-d followed, with its upgrade at 84', () => {
  describeFollowing({
    recording: 'chain-d',
    liquid: {
      package: 'ac384c48c4e3a0ce07c8f2c4a8e009119ca40b1029106167e986ac49b677f6b6',
      balances: 'balances',
      decimals: 9,
      rate: { numerator: 'total_supply', denominator: '__events_length' },
    },
    runs: [{ start: 0, steps: [1] }],
  });
});
