import { client, days, firstTick, forgets, grows, leaseExpired, reader, readerOfNoBasis, runner } from '../actors.ts';
import { oneFork } from '../fake-chain.ts';
import type { Scenario } from '../world.ts';

const e = { kind: 'plain', id: 'e' };
const r = { kind: 'resting', id: 'r' };
const other = { kind: 'resting', id: 'other' };
const a = { kind: 'aging', id: 'a' };
const y = { kind: 'earning', id: 'y' };
const h = { kind: 'holding', id: 'account-hash-h' };

export const crash: Scenario = {
  name: 'a runner that dies at any point, and the next one',
  histories: oneFork({ 'uref-e': [1, 2], 'uref-side': [2], 'uref-rate': [1, 2] }),
  refs: [e, r],
  before: [firstTick, reader('first reader', e), reader('first reader of r', r), grows('block 2')],
  actors: [runner('dying runner', { mortal: true }), runner('next runner', { aheadMs: leaseExpired })],
  preemptions: 2,
};

export const shared: Scenario = {
  name: 'shared state that changes, and a client of what rests on it',
  histories: oneFork({ 'uref-r': [1], 'uref-side': [2], 'uref-rate': [1, 2] }),
  refs: [r],
  before: [firstTick, reader('first reader', r), grows('block 2')],
  actors: [client('client', r), runner('runner')],
  preemptions: 3,
};

export const sharedTwice: Scenario = {
  name: 'shared state that changes in two blocks, each of which sync takes by itself',
  histories: oneFork({ 'uref-side': [2, 3], 'uref-rate': [1] }),
  refs: [r],
  before: [firstTick, reader('first reader', r), grows('block 2'), runner('tick'), grows('block 3')],
  actors: [client('client', r), runner('runner')],
  preemptions: 3,
};

export const firstShared: Scenario = {
  name: 'a first reading of what rests on shared state, by somebody who may die at any point',
  histories: oneFork({ 'uref-r': [1], 'uref-side': [2], 'uref-rate': [1] }),
  refs: [r],
  before: [firstTick],
  actors: [reader('reader', r, { mortal: true }), grows('block 2'), runner('runner'), client('client', r)],
  preemptions: 1,
};

export const sharedAndRead: Scenario = {
  name: 'shared state that changes, and a reader of what rests on it',
  histories: oneFork({ 'uref-r': [1], 'uref-side': [2], 'uref-rate': [1, 2] }),
  refs: [r, other],
  before: [firstTick, reader('first reader', r), grows('block 2')],
  actors: [reader('reader', other), runner('runner')],
  preemptions: 2,
};

export const thereAndBack: Scenario = {
  name: 'shared state that changes twice within a batch, and is what it was',
  histories: oneFork({ 'uref-side': [2, 3], 'uref-rate': [1] }),
  refs: [r, other],
  before: [firstTick, reader('first reader', r), grows('block 2'), grows('block 3')],
  actors: [reader('reader', r, { behind: 1 }), reader('reader ahead', other), runner('runner')],
  preemptions: 1,
};

export const gap: Scenario = {
  name: 'blocks that no node holds any more',
  histories: {
    forks: [
      {
        writes: { 'uref-e': [1, 2], 'uref-side': [2, 4], 'uref-rate': [1] },
        stakes: [
          { height: 2, account: 'h', validator: 'other' },
          { height: 4, account: 'h', validator: 'one' },
        ],
      },
    ],
  },
  refs: [e, r, h],
  before: [
    firstTick,
    reader('first reader', e),
    reader('first reader of r', r),
    reader('first reader of h', h),
    grows('block 2'),
    grows('block 3'),
    forgets(3),
  ],
  actors: [
    runner('runner'),
    reader('reader', r),
    grows('block 4'),
    runner('next runner', { after: ['runner', 'block 4'] }),
  ],
  preemptions: 1,
};

export const era: Scenario = {
  name: 'an era that ends, and what changes with it unnamed by any write',
  histories: { forks: [{ writes: { 'uref-a': [1] }, switchBlocks: [2] }] },
  refs: [a],
  before: [firstTick],
  actors: [reader('reader', a), grows('block 2'), runner('runner')],
  preemptions: 2,
};

export const eraShared: Scenario = {
  name: 'an era that ends, and what rests on shared state that changes with it',
  histories: { forks: [{ writes: { 'uref-y': [1], 'uref-yield': [1] }, switchBlocks: [2] }] },
  refs: [y],
  before: [firstTick, reader('first reader', y), grows('block 2')],
  actors: [client('client', y), runner('runner'), reader('reader', y)],
  preemptions: 1,
};

export const firstEra: Scenario = {
  name: 'the first era that is followed, and a first reading of what changes with it',
  histories: { forks: [{ writes: { 'uref-a': [1] }, switchBlocks: [2] }] },
  refs: [a],
  before: [],
  actors: [
    runner('first runner'),
    grows('block 2', { after: ['first runner'] }),
    reader('reader', a, { after: ['first runner'] }),
    runner('runner', { after: ['block 2'] }),
  ],
  preemptions: 1,
};

export const untrackedBasis: Scenario = {
  name: 'shared state that was let go while what rests on it is followed',
  histories: oneFork({ 'uref-side': [2, 3], 'uref-rate': [1] }),
  refs: [r, other],
  before: [
    firstTick,
    reader('first reader', r),
    days('20 days', 20),
    readerOfNoBasis('reader that keeps no basis', other),
    days('16 days', 16),
    grows('block 2'),
    runner('tick'),
  ],
  actors: [reader('reader', r), grows('block 3'), runner('runner')],
  preemptions: 1,
};

export const renewal: Scenario = {
  name: 'shared state that is renewed while it changes',
  histories: oneFork({ 'uref-side': [2], 'uref-rate': [1] }),
  refs: [r, other],
  before: [firstTick, reader('first reader', r), days('2 days', 2), grows('block 2')],
  actors: [reader('reader', other), runner('runner')],
  preemptions: 2,
};

/** What rests on shared state, or on the era. */
export const ofSharedState: readonly Scenario[] = [
  crash,
  shared,
  sharedTwice,
  firstShared,
  sharedAndRead,
  thereAndBack,
  gap,
  era,
  eraShared,
  firstEra,
  untrackedBasis,
  renewal,
];
