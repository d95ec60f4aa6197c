import {
  client,
  days,
  firstTick,
  grows,
  leaseExpired,
  onlyRunner,
  reader,
  runner,
  throttledClient,
} from '../actors.ts';
import { oneFork } from '../fake-chain.ts';
import type { Scenario } from '../world.ts';

const e = { kind: 'plain', id: 'e' };
const h = { kind: 'holding', id: 'account-hash-h' };
const leading = { kind: 'leading', id: 'l' };
const beyond = { kind: 'plain', id: 'beyond' };
const lapse = { kind: 'lapsing', id: 'lapse' };

/** The entity has no record yet; block 2 changes it. */
export const firstReading: Scenario = {
  name: 'a first reading, while sync takes the block that changes the entity',
  histories: oneFork({ 'uref-e': [1, 2] }),
  refs: [e],
  before: [firstTick],
  actors: [reader('reader', e), grows('block 2'), runner('runner')],
  preemptions: 2,
};

export const followed: Scenario = {
  name: 'a later reading, while sync takes the block that changes the entity',
  histories: oneFork({ 'uref-e': [1, 2] }),
  refs: [e],
  before: [firstTick, reader('first reader', e)],
  actors: [reader('reader', e), grows('block 2'), runner('runner')],
  preemptions: 2,
};

export const asked: Scenario = {
  name: 'a client that asks twice, while sync takes the block that changes the entity',
  histories: oneFork({ 'uref-e': [1, 2] }),
  refs: [e],
  before: [firstTick, reader('first reader', e), grows('block 2')],
  actors: [client('client', e, { times: 2 }), runner('runner')],
  preemptions: 3,
};

const throttled: Scenario = {
  name: 'a client that cannot renew its snapshot, while sync takes blocks that change the entity, and a reader saves it',
  histories: oneFork({ 'uref-first': [1], 'uref-e': [1, 2, 3] }),
  refs: [e],
  before: [firstTick, reader('first reader', e), grows('block 2')],
  actors: [
    throttledClient('client', { kind: 'plain', id: 'first' }, e),
    runner('runner'),
    grows('block 3', { after: ['runner'] }),
    reader('reader', e, { after: ['block 3'] }),
    runner('next runner', { after: ['block 3'] }),
  ],
  preemptions: 2,
};

export const batch: Scenario = {
  name: 'a first reading within the batch that sync takes',
  histories: oneFork({ 'uref-e': [1, 3] }),
  refs: [e],
  before: [firstTick, grows('block 2'), grows('block 3')],
  actors: [reader('reader', e, { behind: 1 }), runner('runner')],
  preemptions: 3,
};

export const followedBatch: Scenario = {
  name: 'a later reading within the batch that sync takes',
  histories: oneFork({ 'uref-e': [1, 2, 3] }),
  refs: [e],
  before: [firstTick, reader('first reader', e), grows('block 2'), grows('block 3')],
  actors: [reader('reader', e, { behind: 1 }), runner('runner')],
  preemptions: 3,
};

export const rereading: Scenario = {
  name: 'a first reading that sync overtakes, of an entity that depends on more keys in the later block',
  histories: oneFork({ 'uref-l': [1, 2], 'uref-beyond': [1, 3] }),
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

export const twoRunners: Scenario = {
  name: 'a runner that stalls, another one that is ahead, and a first reading',
  histories: oneFork({ 'uref-e': [1, 2, 3] }),
  refs: [e],
  before: [firstTick, grows('block 2'), grows('block 3')],
  actors: [
    runner('stalling runner', { behind: 1 }),
    runner('other runner', { aheadMs: leaseExpired }),
    reader('reader', e, { behind: 1 }),
  ],
  preemptions: 1,
};

export const headApart: Scenario = {
  name: 'a reader that publishes the head, while sync follows',
  histories: oneFork({ 'uref-e': [1, 2] }),
  refs: [e],
  before: [firstTick, reader('first reader', e), grows('block 2')],
  actors: [reader('reader', e, { publishes: true, aheadMs: 1_500 }), onlyRunner('runner', { publishes: true })],
  preemptions: 1,
};

export const firstTicks: Scenario = {
  name: 'a reading before anything was followed, and the first tick',
  histories: oneFork({ 'uref-e': [1, 2] }),
  refs: [e],
  before: [],
  actors: [reader('reader', e), grows('block 2'), runner('runner')],
  preemptions: 2,
};

export const absence: Scenario = {
  name: 'an absence, while sync takes the block that ends it',
  histories: oneFork({ 'uref-e': [2] }),
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

export const lapsing: Scenario = {
  name: 'a value that lapses without a write',
  histories: oneFork({}),
  refs: [lapse],
  before: [firstTick, reader('first reader', lapse), grows('block 2'), grows('block 3')],
  actors: [client('client', lapse), runner('runner')],
  preemptions: 3,
};

export const untracked: Scenario = {
  name: 'a record that is not tracked any more',
  histories: oneFork({ 'uref-e': [1, 2] }),
  refs: [e],
  before: [firstTick, reader('first reader', e), days('36 days', 36), grows('block 2'), runner('tick')],
  actors: [client('client', e), reader('reader', e)],
  preemptions: 2,
};

/** When the first of the two begins to depend on the key, its watch would expire before the watch of the other. */
export const sharedKey: Scenario = {
  name: 'two entities that depend on one key, read at different times',
  histories: oneFork({ 'uref-l': [1, 2], 'uref-beyond': [1, 3] }),
  refs: [leading, beyond],
  before: [
    firstTick,
    reader('first reader', leading),
    days('20 days', 20),
    reader('later reader', beyond),
    grows('block 2'),
  ],
  actors: [
    runner('runner'),
    client('client', leading),
    days('20 more days', 20, { after: ['runner', 'client'] }),
    grows('block 3', { after: ['20 more days'] }),
    runner('next runner', { after: ['block 3'] }),
    client('later client', beyond, { after: ['block 3'] }),
  ],
  preemptions: 2,
};

/** Entities that depend on keys of their own. */
export const ofOwnKeys: readonly Scenario[] = [
  firstReading,
  followed,
  asked,
  throttled,
  batch,
  followedBatch,
  rereading,
  twoRunners,
  headApart,
  firstTicks,
  absence,
  openSet,
  lapsing,
  untracked,
  sharedKey,
];
