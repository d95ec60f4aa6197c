import { client, days, forgets, grows, reader, resets, rewinds, runner } from './actors.ts';
import type { Scenario } from './world.ts';

const e = { kind: 'plain', id: 'e' };
const r = { kind: 'resting', id: 'r' };
const other = { kind: 'resting', id: 'other' };
const a = { kind: 'aging', id: 'a' };
const h = { kind: 'holding', id: 'account-hash-h' };
const leading = { kind: 'leading', id: 'l' };
const beyond = { kind: 'plain', id: 'beyond' };

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
  before: [firstTick, grows('block 2')],
  actors: [
    runner('stalling runner'),
    grows('block 3'),
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
  histories: one({ 'uref-r': [1], 'uref-side': [2, 3], 'uref-rate': [1, 2] }),
  refs: [r],
  before: [firstTick, reader('first reader', r), grows('block 2'), runner('tick'), grows('block 3')],
  actors: [client('client', r), runner('runner')],
  preemptions: 3,
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
        stakes: [{ height: 2, account: 'h', validator: 'other' }],
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

export const reset: Scenario = {
  name: 'a hard reset, a runner that stalled before it, and a rewind',
  histories: {
    forks: [{ writes: { 'uref-e': [1, 3], 'uref-side': [3] } }, { writes: { 'uref-e': [1, 4], 'uref-side': [4] } }],
    commonThrough: 2,
  },
  refs: [e, r],
  before: [
    firstTick,
    reader('first reader', e),
    reader('first reader of r', r),
    grows('block 2'),
    runner('tick'),
    grows('block 3'),
  ],
  actors: [
    runner('stalling runner'),
    reader('reader', e),
    resets('the network goes back', 3, {}),
    rewinds('operator', 2, { after: ['the network goes back'] }),
    grows('another block 4', { after: ['operator'] }),
    runner('next runner', { after: ['operator'], aheadMs: turnLater }),
    client('client', e),
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

export const absence: Scenario = {
  name: 'an absence, while sync takes the block that ends it',
  histories: one({ 'uref-e': [2] }),
  refs: [e],
  before: [firstTick, reader('first reader', e)],
  actors: [client('client', e), grows('block 2'), runner('runner')],
  preemptions: 2,
};

export const lettingGo: Scenario = {
  name: 'what nobody has read for longer than it is followed',
  histories: one({ 'uref-e': [1, 2], 'uref-side': [2, 3], 'uref-rate': [1] }),
  refs: [e, r],
  before: [
    firstTick,
    reader('first reader', e),
    reader('first reader of r', r),
    days('36 days', 36),
    grows('block 2'),
    runner('tick'),
  ],
  actors: [reader('reader', r, { behind: 1 }), client('client', r), grows('block 3'), runner('runner')],
  preemptions: 1,
};

export const sharedKey: Scenario = {
  name: 'two that lead to one key, read at different times',
  histories: one({ 'uref-l': [1, 2], 'uref-beyond': [1, 3] }),
  refs: [leading, beyond],
  before: [
    firstTick,
    reader('first reader', leading),
    days('20 days', 20),
    reader('later reader', beyond),
    grows('block 2'),
    runner('tick'),
    days('20 more days', 20),
    grows('block 3'),
  ],
  actors: [runner('runner'), client('client', beyond)],
  preemptions: 1,
};

export const scenarios = [
  firstReading,
  followed,
  asked,
  batch,
  followedBatch,
  twoRunners,
  crash,
  shared,
  sharedAndRead,
  thereAndBack,
  firstTicks,
  gap,
  reset,
  era,
  absence,
  lettingGo,
  sharedKey,
];
