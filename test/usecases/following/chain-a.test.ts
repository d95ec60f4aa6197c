import { describe } from '@jest/globals';
import { describeFollowing, drawnRun } from './follow-chain.ts';

describe('chain-a followed (rule KIND-3)', () => {
  describeFollowing({
    recording: 'chain-a',
    runs: [
      { start: 0, steps: [1] },
      { start: 30, steps: [2, 7, 1] },
      { start: 10, steps: [40, 1, 16] },
      drawnRun('chain-a'),
    ],
  });
});
