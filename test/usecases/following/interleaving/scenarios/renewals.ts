import { client, days, firstTick, grows, reader, runner } from '../actors.ts';
import { oneFork } from '../fake-chain.ts';
import type { Scenario } from '../world.ts';

const e = { kind: 'plain', id: 'e' };
const leading = { kind: 'leading', id: 'l' };

/** The date of what was read before is due, and has not passed. */
const due = days('21 days', 21);

/** The watches of the first reading would end on the 35th day. */
export const renewedAlone: Scenario = {
  name: 'a client renews a record by the store alone and may be killed at any point, and the table removes what has expired',
  histories: oneFork({ 'uref-e': [1, 2] }),
  refs: [e],
  before: [firstTick, reader('first reader', e), due],
  actors: [
    client('client', e, { mortal: true }),
    days('20 more days', 20),
    grows('block 2', { after: ['20 more days'] }),
    runner('runner', { after: ['block 2'] }),
    client('later client', e, { after: ['runner'] }),
  ],
  preemptions: 2,
};

/** From block 2 on the entity depends on another key, whose watch is as short as those of the first reading. */
export const renewedWhileSaved: Scenario = {
  name: 'a client renews a record by the store alone, while sync saves it with other keys',
  histories: oneFork({ 'uref-l': [1, 2], 'uref-beyond': [1, 3] }),
  refs: [leading],
  before: [firstTick, reader('first reader', leading), due, grows('block 2')],
  actors: [
    client('client', leading),
    runner('runner'),
    days('20 more days', 20, { after: ['client', 'runner'] }),
    grows('block 3', { after: ['20 more days'] }),
    runner('next runner', { after: ['block 3'] }),
  ],
  preemptions: 2,
};

export const renewedWhileFollowed: Scenario = {
  name: 'a client renews a record by the store alone, while sync takes the batch that changes it and a reader saves it',
  histories: oneFork({ 'uref-e': [1, 2, 3] }),
  refs: [e],
  before: [firstTick, reader('first reader', e), due, grows('block 2'), grows('block 3')],
  actors: [client('client', e), runner('runner'), reader('reader', e, { behind: 1 })],
  preemptions: 2,
};

/** Records, and bases, whose dates are renewed without the chain. */
export const ofRenewals: readonly Scenario[] = [renewedAlone, renewedWhileSaved, renewedWhileFollowed];
