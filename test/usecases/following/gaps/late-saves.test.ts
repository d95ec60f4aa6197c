import { describe, expect, test } from '@jest/globals';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../../lib/usecases/reading/lookup.ts';
import { ask } from '../follow.ts';
import { pausedBefore, runningFirst } from './paused.ts';
import {
  basisName,
  claimOf,
  contractAt,
  expectTrue,
  pausedPositionReader,
  truth as positions,
  staking,
} from './position.ts';
import { cachedOnly, instead, pausedVillaReader, truth, villa, villaKey, villaRef } from './villa.ts';

describe('rule FOLLOW-5: a reader has written its watches, and saves its record only when sync', () => {
  test.each(['has read the entity', 'has passed the block'] as const)(
    '%s, and has read less: the record claims its own block only',
    async (when) => {
      const { world, ref, reading, resume, giveRewards } = await pausedPositionReader('records.save');
      const first = async () => {
        if (when === 'has passed the block') return;
        resume();
        await reading;
      };
      expect((await runTick(runningFirst('records.save', 'staking', first, world))).stoppedBy).toBe('done');
      resume();
      await reading;
      giveRewards();
      expect(world.tables.progress.cursor?.height).toBe(88);

      const kept = await lookup(ref, cachedOnly, world.process());
      expect(kept.verifiedThrough.height).toBe(kept.block.height);
      const { delegations } = kept.data as { delegations: unknown };
      expect(delegations).toEqual(positions.staking(ref.id, kept.block.height)?.delegations);
    },
  );

  test.each([
    { owner: 'too large', ticks: 1 },
    { owner: 'absent', ticks: 1 },
    { owner: 'undecodable', ticks: 4 },
  ] as const)('has passed the block, and the owner is $owner: the reader loses', async ({ owner, ticks }) => {
    const { world, reading, resume } = await pausedVillaReader('records.save', owner);
    for (let count = 1; count <= ticks; count += 1) {
      await runTick(world.process());
      world.pass(30_000);
    }
    expect(world.tables.progress.cursor?.height).toBe(31);
    resume();
    expect(claimOf(await reading)).toEqual({ source: 'chain', at: 30, through: 30 });
    expect(world.tables.records.get(villaKey)).toMatchObject({ value: null, block: { height: 31 } });

    const entry = world.tables.cache.get(villaKey)?.entry;
    expect(entry).toMatchObject({ value: null, block: { height: 31 }, tooLarge: owner !== 'absent' });
    if (owner === 'absent') {
      expect(await lookup(villaRef, cachedOnly, world.process())).toMatchObject({ data: null, block: { height: 31 } });
    } else {
      await expect(lookup(villaRef, cachedOnly, world.process())).rejects.toMatchObject({ code: 'not_cached' });
    }
  });

  test.each([
    { owner: 'too large', ticks: 1, stored: { value: null, tooLarge: true, block: { height: 31 } } },
    { owner: 'absent', ticks: 1, stored: { block: { height: 30 }, conflict: {} } },
    { owner: 'undecodable', ticks: 4, stored: { tooLarge: false, block: { height: 30 } } },
  ] as const)(
    'has read the owner as $owner: the saved record claims its own block only',
    async ({ owner, ticks, stored }) => {
      const { world, give, reading, resume } = await pausedVillaReader('records.save', owner);
      const first = async () => {
        resume();
        await reading;
      };
      for (let count = 1; count <= ticks; count += 1) {
        const isLast = count === ticks;
        await runTick(isLast ? runningFirst('records.save', 'asset', first, world) : world.process());
        world.pass(30_000);
      }
      expect(claimOf(await reading)).toMatchObject({ at: 30 });
      expect(world.tables.progress.cursor?.height).toBe(31);
      expect(world.tables.records.get(villaKey)).toMatchObject(stored);
      give(undefined);
      const kept = lookup(villaRef, cachedOnly, world.process());
      if (owner === 'too large') await expect(kept).rejects.toMatchObject({ code: 'not_cached' });
      else expect(await kept).toMatchObject({ data: truth.asset(villa, 30), verifiedThrough: { height: 30 } });
    },
  );
});

test('rule FOLLOW-5: a reader creates a basis only when sync has passed, and the chain has none any more: no record depends on it', async () => {
  const { world, give } = await contractAt(84);
  await runTick(world.process());
  const { reader, paused, resume } = pausedBefore('records.save', { kind: 'basis', id: basisName }, world);
  const reading = ask(staking, reader);
  await paused;
  world.setHeight(85);
  give(instead.absent);
  expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'done', to: 85 });
  resume();
  expectTrue(staking, await reading);
  const kept = await ask(staking, world.process(), cachedOnly);
  expect(claimOf(kept)).toMatchObject({ at: 84, through: 84 });
  expectTrue(staking, kept);
});
