import { firstTick, grows, reader, resets, rewinds, runner } from '../actors.ts';
import { oneFork } from '../fake-chain.ts';
import { historian } from '../past.ts';
import type { Scenario } from '../world.ts';

const e = { kind: 'plain', id: 'e' };
const r = { kind: 'dependent', id: 'r' };

/** Blocks 2 and 3 are one batch. */
export const pastOfBatch: Scenario = {
  name: 'who asks for the past, while sync takes a batch that changes the entity twice',
  histories: oneFork({ 'uref-e': [1, 2, 3] }),
  refs: [e],
  before: [firstTick, reader('first reader', e), grows('block 2'), grows('block 3')],
  actors: [historian('historian', e, 3), runner('runner'), reader('reader', e, { behind: 1 })],
  preemptions: 1,
};

/** The basis is the same before blocks 2 and 3 as behind them, and another one between them. */
export const pastOfShared: Scenario = {
  name: 'who asks for the past of a record that depends on a basis, while sync takes a batch that changes it twice',
  histories: oneFork({ 'uref-side': [2, 3], 'uref-rate': [1] }),
  refs: [r],
  before: [firstTick, reader('first reader', r), grows('block 2'), grows('block 3')],
  actors: [historian('historian', r, 3), runner('runner')],
  preemptions: 2,
};

export const pastOfFork: Scenario = {
  name: 'who asks for the past, while the network is reset and sync rewound',
  histories: {
    forks: [{ writes: { 'uref-e': [1, 3] } }, { writes: { 'uref-e': [1, 4] } }],
    commonThrough: 2,
  },
  refs: [e],
  before: [
    ...[firstTick, reader('first reader', e), grows('block 2'), runner('tick'), grows('block 3')],
    ...[runner('later tick'), reader('later reader', e), resets('network reset', 4)],
  ],
  actors: [historian('historian', e, 4), rewinds('operator', 2), runner('runner', { after: ['operator'] })],
  preemptions: 2,
};

/** Rule PAST-5 while tables change. */
export const ofThePast: readonly Scenario[] = [pastOfBatch, pastOfShared, pastOfFork];
