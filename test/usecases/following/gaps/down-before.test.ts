import { expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../../lib/usecases/reading/lookup.ts';
import { truth, villa, villaKey, villaRef, villasAt } from './villa.ts';

test('rule FOLLOW-6: ticks that failed while the node was down do not count against a record that fails later', async () => {
  const { world, give } = await villasAt(30);
  const service = world.process();
  await runTick(service);
  await lookup(villaRef, defaultReadOptions, service);
  world.setHeight(31);
  world.nodes[0]?.fault('lagging', { blocksBehind: 20 });
  for (let count = 1; count <= 4; count += 1) {
    world.pass(30_000);
    expect(await runTick(service)).toMatchObject({ stoppedBy: 'chain', stuckAt: null });
  }
  world.nodes[0]?.fault(undefined);
  give('undecodable');
  for (let count = 1; count <= 3; count += 1) {
    world.pass(30_000);
    expect(await runTick(service)).toMatchObject({ stoppedBy: 'chain', stuckAt: villaKey });
  }
  expect(world.counted.get('Untracked')).toBeUndefined();
  expect(world.tables.progress.cursor?.height).toBe(30);
  give(undefined);
  world.pass(30_000);
  expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: 31 });
  const followed = await lookup(villaRef, defaultReadOptions, world.process());
  expect([followed.source, followed.verifiedThrough.height]).toEqual(['cache', 31]);
  expect(followed.data).toEqual(truth.asset(villa, 31));
});
