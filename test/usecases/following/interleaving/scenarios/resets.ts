import {
  client,
  firstTick,
  grows,
  leaseExpired,
  reader,
  resets,
  resetsAndRewinds,
  rewinds,
  runner,
} from '../actors.ts';
import type { Scenario } from '../world.ts';

const e = { kind: 'plain', id: 'e' };
const r = { kind: 'resting', id: 'r' };

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
  actors: [
    runner('stalling runner'),
    ...goesBack,
    runner('next runner', { after: ['operator'], aheadMs: leaseExpired }),
  ],
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

/** Hard resets: what was seen above an older block counts for nothing. */
export const ofResets: readonly Scenario[] = [
  resetWhileFollowing,
  resetWhileReading,
  resetWhileAsking,
  resetWhileAskingShared,
  resetWhileReadingShared,
  resetUnnoticed,
];
