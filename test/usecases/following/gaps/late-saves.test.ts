import { describe, expect, test } from '@jest/globals';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../../lib/usecases/reading/lookup.ts';
import { ask } from '../follow.ts';
import { heldUpBefore, lettingFirst } from './held-up.ts';
import { basisName, claimOf, contractAt, expectTrue, positionHeldUp, truth as positions, staking } from './position.ts';
import { cachedOnly, instead, readerHeldUp, truth, villa, villaKey, villaRef } from './villa.ts';

describe('A reader has written its watches, and saves its record only when sync', () => {
  test.each(['has read it', 'has passed'] as const)(
    '%s, and has read less: nothing is claimed beyond its own block',
    async (when) => {
      const { world, ref, reading, letOn, tellRewards } = await positionHeldUp('records.save');
      const first = async () => {
        if (when === 'has passed') return;
        letOn();
        await reading;
      };
      expect((await runTick(lettingFirst('records.save', 'staking', first, world))).stoppedBy).toBe('done');
      letOn();
      await reading;
      tellRewards();
      expect(world.tables.progress.cursor?.height).toBe(88);

      const kept = await lookup(ref, cachedOnly, world.process());
      expect(kept.verifiedThrough.height).toBe(kept.block.height);
      const { delegations } = kept.data as { delegations: unknown };
      expect(delegations).toEqual(positions.staking(ref.id, kept.block.height)?.delegations);
    },
  );

  test.each([
    { owner: 'too large to be kept', ticks: 1 },
    { owner: 'no more', ticks: 1 },
    { owner: 'in a form that nobody can read', ticks: 4 },
  ] as const)('has passed, and the chain has it $owner: it comes too late', async ({ owner, ticks }) => {
    const { world, reading, letOn } = await readerHeldUp('records.save', owner);
    for (let count = 1; count <= ticks; count += 1) {
      await runTick(world.process());
      world.pass(30_000);
    }
    expect(world.tables.progress.cursor?.height).toBe(31);
    letOn();
    expect(claimOf(await reading)).toEqual({ source: 'chain', at: 30, through: 30 });
    expect(world.tables.records.get(villaKey)).toMatchObject({ value: null, block: { height: 31 } });

    const entry = world.tables.cache.get(villaKey)?.entry;
    expect(entry).toMatchObject({ value: null, block: { height: 31 }, tooLarge: owner !== 'no more' });
    if (owner === 'no more') {
      expect(await lookup(villaRef, cachedOnly, world.process())).toMatchObject({ data: null, block: { height: 31 } });
    } else {
      await expect(lookup(villaRef, cachedOnly, world.process())).rejects.toMatchObject({ code: 'not_cached' });
    }
  });

  test.each([
    { owner: 'too large to be kept', ticks: 1, stored: { value: null, tooLarge: true, block: { height: 31 } } },
    { owner: 'no more', ticks: 1, stored: { block: { height: 30 }, conflict: {} } },
    { owner: 'in a form that nobody can read', ticks: 4, stored: { tooLarge: false, block: { height: 30 } } },
  ] as const)('has read it $owner: what it saves claims its own block', async ({ owner, ticks, stored }) => {
    const { world, give, reading, letOn } = await readerHeldUp('records.save', owner);
    const first = async () => {
      letOn();
      await reading;
    };
    for (let count = 1; count <= ticks; count += 1) {
      const isLast = count === ticks;
      await runTick(isLast ? lettingFirst('records.save', 'asset', first, world) : world.process());
      world.pass(30_000);
    }
    expect(claimOf(await reading)).toMatchObject({ at: 30 });
    expect(world.tables.progress.cursor?.height).toBe(31);
    expect(world.tables.records.get(villaKey)).toMatchObject(stored);
    give(undefined);
    const kept = lookup(villaRef, cachedOnly, world.process());
    if (owner === 'too large to be kept') await expect(kept).rejects.toMatchObject({ code: 'not_cached' });
    else expect(await kept).toMatchObject({ data: truth.asset(villa, 30), verifiedThrough: { height: 30 } });
  });
});

test('A reader makes a basis only when sync has passed, and the chain has none any more: nobody rests on it', async () => {
  const { world, give } = await contractAt(84);
  await runTick(world.process());
  const { reader, there, letOn } = heldUpBefore('records.save', { kind: 'basis', id: basisName }, world);
  const reading = ask(staking, reader);
  await there;
  world.setHeight(85);
  give(instead['no more']);
  expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'done', to: 85 });
  letOn();
  expectTrue(staking, await reading);
  const kept = await ask(staking, world.process(), cachedOnly);
  expect(claimOf(kept)).toMatchObject({ at: 84, through: 84 });
  expectTrue(staking, kept);
});
