import {
  client,
  days,
  forgets,
  grows,
  reader,
  readerOfNoBasis,
  resets,
  resetsAndRewinds,
  rewinds,
  runner,
} from './actors.ts';
import type { Scenario } from './world.ts';

const e = { kind: 'plain', id: 'e' };
const r = { kind: 'resting', id: 'r' };
const other = { kind: 'resting', id: 'other' };
const a = { kind: 'aging', id: 'a' };
const y = { kind: 'earning', id: 'y' };
const h = { kind: 'holding', id: 'account-hash-h' };
const leading = { kind: 'leading', id: 'l' };
const lapse = { kind: 'lapsing', id: 'lapse' };

const firstTick = runner('first tick');
const one = (writes: Readonly<Record<string, readonly number[]>>) => ({ forks: [{ writes }] });

/** Nobody has asked for it yet; block 2 changes it. */
export const firstReading: Scenario = {
  name: 'a first reading, while sync takes the block that changes the entity',
  histories: one({ 'uref-e': [1, 2] }),
  refs: [e],
  before: [firstTick],
  actors: [reader('reader', e), grows('block 2'), runner('runner')],
  preemptions: 2,
};

export const followed: Scenario = {
  name: 'a later reading, while sync takes the block that changes the entity',
  histories: one({ 'uref-e': [1, 2] }),
  refs: [e],
  before: [firstTick, reader('first reader', e)],
  actors: [reader('reader', e), grows('block 2'), runner('runner')],
  preemptions: 2,
};

export const asked: Scenario = {
  name: 'a client that asks twice, while sync takes the block that changes the entity',
  histories: one({ 'uref-e': [1, 2] }),
  refs: [e],
  before: [firstTick, reader('first reader', e), grows('block 2')],
  actors: [client('client', e, { times: 2 }), runner('runner')],
  preemptions: 3,
};

export const batch: Scenario = {
  name: 'a first reading within the batch that sync takes',
  histories: one({ 'uref-e': [1, 3] }),
  refs: [e],
  before: [firstTick, grows('block 2'), grows('block 3')],
  actors: [reader('reader', e, { behind: 1 }), runner('runner')],
  preemptions: 3,
};

export const followedBatch: Scenario = {
  name: 'a later reading within the batch that sync takes',
  histories: one({ 'uref-e': [1, 2, 3] }),
  refs: [e],
  before: [firstTick, reader('first reader', e), grows('block 2'), grows('block 3')],
  actors: [reader('reader', e, { behind: 1 }), runner('runner')],
  preemptions: 3,
};

const turnLater = 16_000;

export const twoRunners: Scenario = {
  name: 'a runner that stalls, another one that has come farther, and a first reading',
  histories: one({ 'uref-e': [1, 2, 3] }),
  refs: [e],
  before: [firstTick, grows('block 2'), grows('block 3')],
  actors: [
    runner('stalling runner', { behind: 1 }),
    runner('other runner', { aheadMs: turnLater }),
    reader('reader', e, { behind: 1 }),
  ],
  preemptions: 1,
};

export const crash: Scenario = {
  name: 'a runner that dies at any point, and the next one',
  histories: one({ 'uref-e': [1, 2], 'uref-side': [2], 'uref-rate': [1, 2] }),
  refs: [e, r],
  before: [firstTick, reader('first reader', e), reader('first reader of r', r), grows('block 2')],
  actors: [runner('dying runner', { mortal: true }), runner('next runner', { aheadMs: turnLater })],
  preemptions: 2,
};

export const shared: Scenario = {
  name: 'shared state that changes, and a client of what rests on it',
  histories: one({ 'uref-r': [1], 'uref-side': [2], 'uref-rate': [1, 2] }),
  refs: [r],
  before: [firstTick, reader('first reader', r), grows('block 2')],
  actors: [client('client', r), runner('runner')],
  preemptions: 3,
};

export const sharedTwice: Scenario = {
  name: 'shared state that changes in two blocks, each of which sync takes by itself',
  histories: one({ 'uref-side': [2, 3], 'uref-rate': [1] }),
  refs: [r],
  before: [firstTick, reader('first reader', r), grows('block 2'), runner('tick'), grows('block 3')],
  actors: [client('client', r), runner('runner')],
  preemptions: 3,
};

export const firstShared: Scenario = {
  name: 'a first reading of what rests on shared state, by somebody who may die at any point',
  histories: one({ 'uref-r': [1], 'uref-side': [2], 'uref-rate': [1] }),
  refs: [r],
  before: [firstTick],
  actors: [reader('reader', r, { mortal: true }), grows('block 2'), runner('runner'), client('client', r)],
  preemptions: 1,
};

export const sharedAndRead: Scenario = {
  name: 'shared state that changes, and a reader of what rests on it',
  histories: one({ 'uref-r': [1], 'uref-side': [2], 'uref-rate': [1, 2] }),
  refs: [r, other],
  before: [firstTick, reader('first reader', r), grows('block 2')],
  actors: [reader('reader', other), runner('runner')],
  preemptions: 2,
};

export const thereAndBack: Scenario = {
  name: 'shared state that changes twice within a batch, and is what it was',
  histories: one({ 'uref-side': [2, 3], 'uref-rate': [1] }),
  refs: [r, other],
  before: [firstTick, reader('first reader', r), grows('block 2'), grows('block 3')],
  actors: [reader('reader', r, { behind: 1 }), reader('reader ahead', other), runner('runner')],
  preemptions: 1,
};

export const firstTicks: Scenario = {
  name: 'a reading before anything was followed, and the first tick',
  histories: one({ 'uref-e': [1, 2] }),
  refs: [e],
  before: [],
  actors: [reader('reader', e), grows('block 2'), runner('runner')],
  preemptions: 2,
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

/** Two forks that are one through block 2; the older one has come to block 4. */
const forked = {
  forks: [
    { writes: { 'uref-e': [1, 3], 'uref-side': [3], 'uref-rate': [1] } },
    { writes: { 'uref-e': [1, 4], 'uref-side': [4], 'uref-rate': [1] } },
  ],
  commonThrough: 2,
};

const toBlock3 = [firstTick, reader('first reader', e), grows('block 2'), runner('tick'), grows('block 3')];
const goesBack = [resets('the network goes back', 3), rewinds('operator', 2, { after: ['the network goes back'] })];

export const resetWhileFollowing: Scenario = {
  name: 'a hard reset and a rewind, while a runner follows the branch that is left',
  histories: forked,
  refs: [e],
  before: [...toBlock3, grows('block 4')],
  actors: [runner('stalling runner'), ...goesBack, runner('next runner', { after: ['operator'], aheadMs: turnLater })],
  preemptions: 2,
};

export const resetWhileReading: Scenario = {
  name: 'a hard reset and a rewind, while somebody reads the branch that is left',
  histories: forked,
  refs: [e],
  before: toBlock3,
  actors: [reader('reader', e), ...goesBack, runner('next runner', { after: ['operator'] })],
  preemptions: 2,
};

const followedThenReset = [...toBlock3, reader('reader of r', r), grows('block 4'), runner('later tick')];

export const resetWhileAsking: Scenario = {
  name: 'a rewind, while a client asks and somebody reads the new branch',
  histories: forked,
  refs: [e, r],
  before: [...followedThenReset, resets('the network goes back', 3)],
  actors: [client('client', e), rewinds('operator', 2), reader('reader', e, { after: ['operator'] })],
  preemptions: 2,
};

export const resetWhileAskingShared: Scenario = {
  name: 'a rewind, while a client asks for what rests on shared state',
  histories: {
    forks: [{ writes: { 'uref-rate': [1] } }, { writes: { 'uref-rate': [1, 3] } }],
    commonThrough: 2,
  },
  refs: [r],
  before: [
    firstTick,
    reader('first reader', r),
    ...['block 2', 'block 3', 'block 4'].map((name) => grows(name)),
    runner('tick'),
    resets('the network goes back', 3),
  ],
  actors: [client('client', r), rewinds('operator', 2), runner('runner', { after: ['operator'] })],
  preemptions: 2,
};

export const resetWhileReadingShared: Scenario = {
  name: 'a rewind, while somebody reads what rests on shared state, and a client asks for it',
  histories: {
    forks: [{ writes: { 'uref-side': [3], 'uref-rate': [1] } }, { writes: { 'uref-side': [4], 'uref-rate': [1, 3] } }],
    commonThrough: 2,
  },
  refs: [r],
  before: [firstTick, reader('first reader', r), ...['block 2', 'block 3'].map((name) => grows(name)), runner('tick')],
  actors: [
    reader('reader', r),
    client('client', r),
    resetsAndRewinds('operator', 3, 2),
    reader('later reader', r, { after: ['operator'] }),
  ],
  preemptions: 1,
};

export const resetUnnoticed: Scenario = {
  name: 'a hard reset that nobody has gone back for yet',
  histories: { forks: [{ writes: { 'uref-e': [1] } }, { writes: { 'uref-e': [1, 3] } }], commonThrough: 2 },
  refs: [e],
  before: [...toBlock3, runner('later tick'), resets('the network goes back', 4)],
  actors: [runner('runner'), rewinds('operator', 2)],
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

export const absence: Scenario = {
  name: 'an absence, while sync takes the block that ends it',
  histories: one({ 'uref-e': [2] }),
  refs: [e],
  before: [firstTick, reader('first reader', e)],
  actors: [client('client', e), grows('block 2'), runner('runner')],
  preemptions: 2,
};

export const openSet: Scenario = {
  name: 'an open set to which a block adds',
  histories: { forks: [{ writes: {}, stakes: [{ height: 2, account: 'h', validator: 'other' }] }] },
  refs: [h],
  before: [firstTick, reader('first reader', h), grows('block 2')],
  actors: [reader('reader', h), runner('runner')],
  preemptions: 2,
};

export const rereading: Scenario = {
  name: 'a first reading that sync overtakes, of what rests on more in the later block',
  histories: one({ 'uref-l': [1, 2], 'uref-beyond': [1, 3] }),
  refs: [leading],
  before: [firstTick],
  actors: [
    reader('reader', leading),
    grows('block 2'),
    runner('runner', { after: ['block 2'] }),
    grows('block 3', { after: ['reader', 'runner'] }),
    runner('next runner', { after: ['block 3'] }),
  ],
  preemptions: 1,
};

export const lettingGo: Scenario = {
  name: 'what nobody has read for longer than it is followed',
  histories: one({ 'uref-e': [1, 2] }),
  refs: [e],
  before: [firstTick, reader('first reader', e), days('36 days', 36), grows('block 2'), runner('tick')],
  actors: [client('client', e), reader('reader', e)],
  preemptions: 2,
};

export const lettingSharedGo: Scenario = {
  name: 'shared state that was let go while what rests on it is followed',
  histories: one({ 'uref-side': [2, 3], 'uref-rate': [1] }),
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
  histories: one({ 'uref-side': [2], 'uref-rate': [1] }),
  refs: [r, other],
  before: [firstTick, reader('first reader', r), days('2 days', 2), grows('block 2')],
  actors: [reader('reader', other), runner('runner')],
  preemptions: 2,
};

export const lapsing: Scenario = {
  name: 'what lapses at a moment that no write names',
  histories: one({}),
  refs: [lapse],
  before: [firstTick, reader('first reader', lapse), grows('block 2'), grows('block 3')],
  actors: [client('client', lapse), runner('runner')],
  preemptions: 3,
};

export const scenarios = [
  firstReading,
  followed,
  asked,
  batch,
  followedBatch,
  rereading,
  twoRunners,
  crash,
  shared,
  sharedTwice,
  sharedAndRead,
  firstShared,
  thereAndBack,
  firstTicks,
  gap,
  resetWhileFollowing,
  resetWhileReading,
  resetWhileAsking,
  resetWhileAskingShared,
  resetWhileReadingShared,
  resetUnnoticed,
  era,
  eraShared,
  firstEra,
  absence,
  openSet,
  lettingGo,
  lettingSharedGo,
  renewal,
  lapsing,
];
