import { client, grows, reader, runner } from './actors.ts';
import type { Scenario } from './world.ts';

const e = { kind: 'plain', id: 'e' };

/** Nobody has asked for it yet; it changes in block 2. */
export const firstReading: Scenario = {
  name: 'a first reading while sync takes the block that changes the entity',
  histories: { forks: [{ writes: { 'uref-e': [1, 2] } }] },
  refs: [e],
  before: [runner('first tick')],
  actors: [reader('reader', e), grows('block 2'), runner('runner'), client('client', e)],
  preemptions: 3,
};

export const scenarios = [firstReading];
