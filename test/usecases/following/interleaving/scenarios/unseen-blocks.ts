import { client, firstTick, grows, leaseExpired, reader, runner } from '../actors.ts';
import type { Scenario } from '../world.ts';

const e = { kind: 'plain', id: 'e' };
const r = { kind: 'dependent', id: 'r' };
const a = { kind: 'aging', id: 'a' };
const h = { kind: 'holding', id: 'account-hash-h' };

/** Block 3 changes everything, and no node gives it in a form that can be read; block 4 changes some of it again. */
const unreadable = {
  writes: { 'uref-e': [1, 3], 'uref-r': [1, 4], 'uref-side': [3], 'uref-rate': [1, 3], 'uref-a': [1] },
  switchBlocks: [3],
  stakes: [
    { height: 3, account: 'h', validator: 'other' },
    { height: 4, account: 'h', validator: 'one' },
  ],
};

const readAt2 = [firstTick, grows('block 2'), runner('tick'), reader('reader of e', e), reader('reader of r', r)];

export const unseenBlock: Scenario = {
  name: 'a block that cannot be read, and clients of what it changes',
  histories: { forks: [{ ...unreadable, unreadable: [{ height: 3 }] }] },
  refs: [e, r],
  before: [...readAt2, grows('block 3'), grows('block 4')],
  actors: [client('client', e), client('client of r', r), runner('runner')],
  preemptions: 2,
};

export const unseenOpenSet: Scenario = {
  name: 'an open set and the end of an era in a block that cannot be read',
  histories: { forks: [{ ...unreadable, unreadable: [{ height: 3 }] }] },
  refs: [h, a],
  before: [
    firstTick,
    grows('block 2'),
    runner('tick'),
    reader('reader of h', h),
    reader('reader of a', a),
    grows('block 3'),
  ],
  actors: [reader('reader', h), client('client', a), runner('runner'), grows('block 4', { after: ['runner'] })],
  preemptions: 2,
};

const unseenAndKilled: Scenario = {
  name: 'a runner that passes a block without a header and may be killed at any point, and the next one',
  histories: { forks: [{ ...unreadable, unreadable: [{ height: 3, headless: true }] }] },
  refs: [e, r],
  before: [...readAt2, grows('block 3'), grows('block 4')],
  actors: [
    runner('dying runner', { mortal: true }),
    runner('next runner', { aheadMs: leaseExpired }),
    reader('reader', e, { behind: 1 }),
  ],
  preemptions: 1,
};

/** Blocks that are passed unseen. */
export const ofUnseenBlocks: readonly Scenario[] = [unseenBlock, unseenOpenSet, unseenAndKilled];
