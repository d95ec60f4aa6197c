import { expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../../lib/usecases/reading/lookup.ts';
import { claimOf, pausedPositionReader, truth as positions } from './position.ts';
import { cachedOnly, pausedVillaReader, truth, villa, villaRef } from './villa.ts';

test('rule SAVE-4: a record that cannot be read was untracked; a late cache entry from before claims its own block only', async () => {
  const { world, give, reading, resume } = await pausedVillaReader('cache.put', 'undecodable');
  for (let count = 1; count <= 4; count += 1) {
    await runTick(world.process());
    world.pass(30_000);
  }
  expect([world.tables.progress.cursor?.height, world.counted.get('Untracked')]).toEqual([31, 1]);
  resume();
  await reading;

  const kept = await lookup(villaRef, cachedOnly, world.process());
  expect(claimOf(kept)).toMatchObject({ at: 30, through: 30 });
  expect(kept.data).toEqual(truth.asset(villa, 30));
  give(undefined);
  const again = await lookup(villaRef, { ...defaultReadOptions, minHeight: 31 }, world.process());
  expect(again.data).toEqual(truth.asset(villa, 31));
});

test('rule SAVE-4: a record of which sync reads less was untracked; a late cache entry from before claims its own block only', async () => {
  const { world, ref, reading, resume } = await pausedPositionReader('cache.put');
  expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'done', to: 88 });
  resume();
  await reading;

  const kept = await lookup(ref, cachedOnly, world.process());
  expect(claimOf(kept)).toMatchObject({ at: 85, through: 85 });
  const { delegations } = kept.data as { delegations: unknown };
  expect(delegations).toEqual(positions.staking(ref.id, 85)?.delegations);
  expect(delegations).not.toEqual(positions.staking(ref.id, 88)?.delegations);
});
