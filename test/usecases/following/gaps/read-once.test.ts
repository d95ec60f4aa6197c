import { expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { ask, keyOf } from '../follow.ts';
import { createWorld } from '../world.ts';
import { asked, claimOf, expectTrue, truth } from './position.ts';
import { cachedOnly } from './villa.ts';

const day = 86_400_000;
/** Blocks 82, 86, 89, 93 and 96, among others, write the first; many blocks write the second. */
const [once, daily] = ['account-hash-ccb10c0', 'account-hash-d48f20f'].map((start) =>
  asked('account', truth.accounts.find(({ id }) => id.startsWith(start))?.id ?? ''),
) as [ReturnType<typeof asked>, ReturnType<typeof asked>];

test('rules TRACK-1 and TRACK-2: a record that sync alone reads is untracked thirty days after its last lookup', async () => {
  const world = await createWorld({ recording: 'chain-d', height: 80 });
  const service = world.process();
  await runTick(service);
  await ask(once, service);
  const trackedUntil = () => world.tables.records.get(keyOf(once, service))?.trackedUntil;
  const until = trackedUntil();
  for (let height = 81; height <= 92; height += 1) {
    world.setHeight(height);
    world.pass(2.4 * day);
    await runTick(service);
    await ask(daily, world.process(), { ...defaultReadOptions, noCache: true });
    expect(trackedUntil()).toBe(until);
  }
  world.pass(1.6 * day);
  // An era has ended at 91, after the earlier date.
  for (const height of [93, 95]) {
    world.setHeight(height);
    await runTick(service);
  }
  expect(world.tables.records.get(keyOf(once, service))).toMatchObject({ block: { height: 93 }, trackedUntil: until });
  const untracked = await ask(once, world.process(), cachedOnly);
  expect(claimOf(untracked)).toMatchObject({ at: 93, through: 93 });
  expectTrue(once, untracked);
  const kept = await ask(daily, world.process(), cachedOnly);
  expect(claimOf(kept)).toMatchObject({ through: 95 });
  expectTrue(daily, kept);

  await ask(once, world.process(), { ...defaultReadOptions, noCache: true });
  world.setHeight(97);
  await runTick(service);
  const again = await ask(once, world.process());
  expect(claimOf(again)).toMatchObject({ source: 'cache', through: 97 });
  expectTrue(once, again);
});
