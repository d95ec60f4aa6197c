import { describe } from '@jest/globals';
import { describeFollowing, drawnRun } from './follow-chain.ts';

describe('chain-d followed, with its upgrade at 84', () => {
  describeFollowing({
    recording: 'chain-d',
    runs: [
      { start: 0, steps: [1] },
      { start: 80, steps: [3, 1, 2] },
      { start: 14, steps: [35, 17] },
      drawnRun('chain-d'),
    ],
  });
});
