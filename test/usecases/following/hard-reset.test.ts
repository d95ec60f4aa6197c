import { expect, test } from '@jest/globals';
import { rewind } from '../../../lib/usecases/following/rewind.ts';
import { readSyncReport } from '../../../lib/usecases/following/sync-report.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { forkedAbove } from './fork.ts';
import { type Alter, changeable, createWorld, type World } from './world.ts';

const truth = recordedTruth('chain-a');
const asRecorded: Alter = (_method, _params, forward) => forward();

/** Sync has stood at 18, 22, 26 and 29; then some nodes are of a network that was reset to block 24. */
async function resetAt29(forked: readonly boolean[], around = (alter: Alter): Alter => alter): Promise<World> {
  let isReset = false;
  const fork = forkedAbove(24);
  const nodes = forked.map(
    (isForked): Alter =>
      (...request) =>
        (isReset ? around(isForked ? fork : asRecorded) : asRecorded)(...request),
  );
  const world = await createWorld({ height: 18, nodes });
  for (const height of [18, 22, 26, 29]) {
    world.setHeight(height);
    expect((await runTick(world.process())).stoppedBy).toBe('done');
  }
  isReset = true;
  world.setHeight(33);
  return world;
}

test.each([[[true]], [[true, true, false]]])(
  'rule FOLLOW-8: a hard reset (%j) is described with both hashes and the highest common block that is known',
  async (forked) => {
    const world = await resetAt29(forked);
    world.pass(120_000);
    const done = await runTick(world.process());
    expect(done).toMatchObject({ stoppedBy: 'reset', to: null });
    const { hash } = truth.block(29);
    const other = [...hash].reverse().join('');
    for (const part of [hash, other, 'POST /v1/sync/rewind', 'to block 22,']) expect(done.reason).toContain(part);
    const { stalled, lastTicks, commonBlock } = await readSyncReport(world.process());
    expect([stalled?.reason, lastTicks[0]?.reason]).toEqual([done.reason, done.reason]);
    expect(commonBlock).toEqual({ height: 22, hash: truth.block(22).hash });
    const events = [...world.tables.outbox.values()].map(({ event }) => event);
    expect(events.find(({ type }) => type === 'SyncStalled')?.detail).toMatchObject({ reason: done.reason });
  },
);

test('rule FOLLOW-8: the common block is proposed while nodes are away, until an operator has set sync back', async () => {
  let isAway = false;
  const world = await resetAt29([true], (alter) => (...request) => {
    if (isAway) throw new Error('away');
    return alter(...request);
  });
  const proposed = async () => (await readSyncReport(world.process())).commonBlock;
  expect(await proposed()).toBeNull();
  await runTick(world.process());
  isAway = true;
  world.pass(120_000);
  expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'chain' });
  expect(await proposed()).toMatchObject({ height: 22 });
  isAway = false;
  world.pass(120_000);
  await rewind(22, { actor: 'operator', note: 'the network went back' }, world.process());
  expect(await proposed()).toBeNull();
});

test('rule FOLLOW-8: one node with another block at the cursor is suspected, and sync goes on', async () => {
  const world = await resetAt29([true, false, false]);
  const service = world.process();
  expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: 33, reason: null });
  expect(world.tables.progress).toMatchObject({ cursor: truth.block(33), stalled: null });
});

test('rule FOLLOW-8: two nodes that contradict each other are no hard reset', async () => {
  const world = await resetAt29([true, false]);
  expect(await runTick(world.process())).not.toMatchObject({ stoppedBy: 'reset' });
});

test('rules FOLLOW-8 and FOLLOW-10: a block without a readable header hides no hard reset from which one node is left', async () => {
  const unreadableAt30 = (alter: Alter): Alter =>
    function answer(method, params, forward) {
      const given = alter(method, params, forward);
      if (method !== 'chain_get_block' || params.block_identifier?.Height !== 30) return given;
      const changed = changeable(given);
      changed.result.block_with_signatures.block = { Version3: {} };
      return changed;
    };
  const world = await resetAt29([true, true, false], unreadableAt30);
  expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'reset', to: null });
  expect(world.tables.progress.cursor).toMatchObject(truth.block(29));
});
