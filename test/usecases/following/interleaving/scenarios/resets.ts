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
  throttledClient,
} from '../actors.ts';
import type { Scenario } from '../world.ts';

const e = { kind: 'plain', id: 'e' };
const r = { kind: 'dependent', id: 'r' };

/** Two forks that are the same through block 2; the older one has reached block 4. */
const forked = {
  forks: [
    { writes: { 'uref-e': [1, 3], 'uref-side': [3], 'uref-rate': [1] } },
    { writes: { 'uref-e': [1, 4], 'uref-side': [4], 'uref-rate': [1] } },
  ],
  commonThrough: 2,
};

const toBlock3 = [firstTick, reader('first reader', e), grows('block 2'), runner('tick'), grows('block 3')];
const resetAndRewind = [resets('network reset', 3), rewinds('operator', 2, { after: ['network reset'] })];

export const resetWhileFollowing: Scenario = {
  name: 'a hard reset and a rewind, while a runner follows the abandoned fork',
  histories: forked,
  refs: [e],
  before: [...toBlock3, grows('block 4')],
  actors: [
    runner('stalling runner'),
    ...resetAndRewind,
    runner('next runner', { after: ['operator'], aheadMs: leaseExpired }),
  ],
  preemptions: 2,
};

const resetWhileReading: Scenario = {
  name: 'a hard reset and a rewind, while a reader reads the abandoned fork',
  histories: forked,
  refs: [e],
  before: toBlock3,
  actors: [reader('reader', e), ...resetAndRewind, runner('next runner', { after: ['operator'] })],
  preemptions: 2,
};

const followedThenReset = [...toBlock3, reader('reader of r', r), grows('block 4'), runner('later tick')];

const resetWhileThrottled: Scenario = {
  name: 'a rewind that a client does not see, since it cannot renew its snapshot',
  histories: forked,
  refs: [e, r],
  before: [...followedThenReset, resets('network reset', 3)],
  actors: [
    throttledClient('client', e, r),
    rewinds('operator', 2),
    reader('reader', r, { after: ['operator'] }),
    runner('next runner', { after: ['operator'], aheadMs: leaseExpired }),
  ],
  preemptions: 1,
};

export const resetWhileAsking: Scenario = {
  name: 'a rewind, while a client asks and a reader reads the new fork',
  histories: forked,
  refs: [e, r],
  before: [...followedThenReset, resets('network reset', 3)],
  actors: [client('client', e), rewinds('operator', 2), reader('reader', e, { after: ['operator'] })],
  preemptions: 2,
};

export const resetWhileAskingShared: Scenario = {
  name: 'a rewind, while a client asks for a record that depends on a basis',
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
    resets('network reset', 3),
  ],
  actors: [client('client', r), rewinds('operator', 2), runner('runner', { after: ['operator'] })],
  preemptions: 2,
};

const resetWhileReadingShared: Scenario = {
  name: 'a rewind, while a reader and a client read a record that depends on a basis',
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
  name: 'a hard reset before the rewind',
  histories: { forks: [{ writes: { 'uref-e': [1] } }, { writes: { 'uref-e': [1, 3] } }], commonThrough: 2 },
  refs: [e],
  before: [...toBlock3, runner('later tick'), resets('network reset', 4)],
  actors: [runner('runner'), rewinds('operator', 2)],
  preemptions: 1,
};

/** Hard resets: what was read above the common block counts for nothing. */
export const ofResets: readonly Scenario[] = [
  resetWhileFollowing,
  resetWhileReading,
  resetWhileThrottled,
  resetWhileAsking,
  resetWhileAskingShared,
  resetWhileReadingShared,
  resetUnnoticed,
];
