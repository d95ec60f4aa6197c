import {
  client,
  days,
  firstTick,
  forgets,
  grows,
  leaseExpired,
  reader,
  readerOfNoBasis,
  runner,
  throttledClient,
} from '../actors.ts';
import { oneFork } from '../fake-chain.ts';
import type { Scenario } from '../world.ts';

const e = { kind: 'plain', id: 'e' };
const r = { kind: 'dependent', id: 'r' };
const other = { kind: 'dependent', id: 'other' };
const a = { kind: 'aging', id: 'a' };
const y = { kind: 'earning', id: 'y' };
const h = { kind: 'holding', id: 'account-hash-h' };

const crash: Scenario = {
  name: 'a runner that is killed at any point, and the next one',
  histories: oneFork({ 'uref-e': [1, 2], 'uref-side': [2], 'uref-rate': [1, 2] }),
  refs: [e, r],
  before: [firstTick, reader('first reader', e), reader('first reader of r', r), grows('block 2')],
  actors: [runner('dying runner', { mortal: true }), runner('next runner', { aheadMs: leaseExpired })],
  preemptions: 2,
};

export const shared: Scenario = {
  name: 'a basis that changes, and a client of a record that depends on it',
  histories: oneFork({ 'uref-r': [1], 'uref-side': [2], 'uref-rate': [1, 2] }),
  refs: [r],
  before: [firstTick, reader('first reader', r), grows('block 2')],
  actors: [client('client', r), runner('runner')],
  preemptions: 3,
};

const throttledShared: Scenario = {
  name: 'a client that cannot renew its snapshot, while the bases of a record change in the value and in what is joined',
  histories: oneFork({ 'uref-r': [1], 'uref-side': [2, 3], 'uref-rate': [1, 2, 3] }),
  refs: [r],
  before: [firstTick, reader('first reader', r), grows('block 2')],
  actors: [
    throttledClient('client', e, r),
    runner('runner'),
    grows('block 3', { after: ['runner'] }),
    runner('next runner', { after: ['block 3'] }),
    reader('reader', r, { after: ['runner'] }),
  ],
  preemptions: 2,
};

export const sharedTwice: Scenario = {
  name: 'a basis that changes in two blocks, which sync follows one by one',
  histories: oneFork({ 'uref-side': [2, 3], 'uref-rate': [1] }),
  refs: [r],
  before: [firstTick, reader('first reader', r), grows('block 2'), runner('tick'), grows('block 3')],
  actors: [client('client', r), runner('runner')],
  preemptions: 3,
};

export const joinedTwice: Scenario = {
  name: 'a basis that joins another value in each block, while its own value stays',
  histories: oneFork({ 'uref-rate': [1, 2, 3, 4] }),
  refs: [r],
  before: [firstTick, reader('first reader', r), grows('block 2'), runner('tick'), grows('block 3'), grows('block 4')],
  actors: [client('client', r), runner('runner')],
  preemptions: 2,
};

export const writtenOften: Scenario = {
  name: 'a basis that every block of a batch writes, and that changes in one of them',
  histories: oneFork({ 'uref-side': [3], 'uref-rate': [1, 2, 3, 4] }),
  refs: [r],
  before: [firstTick, reader('first reader', r), grows('block 2'), grows('block 3'), grows('block 4')],
  actors: [reader('reader', r, { behind: 2 }), runner('runner')],
  preemptions: 1,
};

export const firstShared: Scenario = {
  name: 'a first reading of a record that depends on a basis, by a reader that may be killed at any point',
  histories: oneFork({ 'uref-r': [1], 'uref-side': [2], 'uref-rate': [1] }),
  refs: [r],
  before: [firstTick],
  actors: [reader('reader', r, { mortal: true }), grows('block 2'), runner('runner'), client('client', r)],
  preemptions: 1,
};

export const sharedAndRead: Scenario = {
  name: 'a basis that changes, and a reader of a record that depends on it',
  histories: oneFork({ 'uref-r': [1], 'uref-side': [2], 'uref-rate': [1, 2] }),
  refs: [r, other],
  before: [firstTick, reader('first reader', r), grows('block 2')],
  actors: [reader('reader', other), runner('runner')],
  preemptions: 2,
};

export const thereAndBack: Scenario = {
  name: 'a basis that changes within a batch, and changes back',
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
  name: 'an era that ends, and a value that changes with it without a write',
  histories: { forks: [{ writes: { 'uref-a': [1] }, switchBlocks: [2] }] },
  refs: [a],
  before: [firstTick],
  actors: [reader('reader', a), grows('block 2'), runner('runner')],
  preemptions: 2,
};

const eraShared: Scenario = {
  name: 'an era that ends, and a record that depends on a basis that changes with it',
  histories: { forks: [{ writes: { 'uref-y': [1], 'uref-yield': [1] }, switchBlocks: [2] }] },
  refs: [y],
  before: [firstTick, reader('first reader', y), grows('block 2')],
  actors: [client('client', y), runner('runner'), reader('reader', y)],
  preemptions: 1,
};

export const firstEra: Scenario = {
  name: 'the first era that is followed, and a first reading of a value that changes with it',
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
  name: 'a basis that is not tracked any more, while a record that depends on it is',
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

export const learnedAgain: Scenario = {
  ...untrackedBasis,
  name: 'a basis that is tracked again, and a record from before it was not',
  histories: oneFork({ 'uref-side': [2], 'uref-rate': [1] }),
  before: [...untrackedBasis.before, reader('reader', r), grows('block 3')],
  actors: [client('client', other), runner('runner')],
};

export const renewal: Scenario = {
  name: 'a basis that is renewed while it changes',
  histories: oneFork({ 'uref-side': [2], 'uref-rate': [1] }),
  refs: [r, other],
  before: [firstTick, reader('first reader', r), days('21 days', 21), grows('block 2')],
  actors: [reader('reader', other), runner('runner')],
  preemptions: 2,
};

/** Records that depend on bases, or on the era. */
export const ofSharedState: readonly Scenario[] = [
  crash,
  shared,
  throttledShared,
  sharedTwice,
  joinedTwice,
  writtenOften,
  firstShared,
  sharedAndRead,
  thereAndBack,
  gap,
  era,
  eraShared,
  firstEra,
  untrackedBasis,
  learnedAgain,
  renewal,
];
