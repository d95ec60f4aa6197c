import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import type { Running } from '../../../../lib/runtime/service.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../../lib/usecases/reading/lookup.ts';
import type { World } from '../world.ts';
import { cachedOnly, truth, villa, villaKey, villaRef, villasAt } from './villa.ts';

/** Villa 0 is in the store as of 30, changes hands at 31, and cannot be read from then on. */
async function unreadable() {
  const { world, give } = await villasAt(30);
  const reader = world.process();
  await runTick(reader);
  await lookup(villaRef, defaultReadOptions, reader);
  const row = world.tables.records.get(villaKey);
  if (row === undefined) throw new Error('it is read at 30');
  world.setHeight(31);
  give('in a form that nobody can read');
  return { world, give, row };
}

async function tickUntilDone(runner: Running, world: World): Promise<void> {
  for (let count = 1; count <= 8; count += 1) {
    world.pass(30_000);
    if ((await runTick(runner)).stoppedBy === 'done') return;
  }
  throw new Error('sync does not get on');
}

/** Through which block the villa is said to hold, by whoever says anything of it without the chain. */
async function claimed(world: World): Promise<readonly (number | string)[]> {
  return lookup(villaRef, cachedOnly, world.process()).then(
    ({ block, verifiedThrough }) => [block.height, verifiedThrough.height],
    ({ code }: { code: string }) => [code],
  );
}

test('A record that was let go before its entry could be put claims nothing either', async () => {
  const { world } = await unreadable();
  let refused = 0;
  const runner = world.process({
    onCall: (name) => {
      if (name !== 'cache.put' || refused > 0) return;
      refused += 1;
      throw new StoreUnavailable('not now');
    },
  });
  await tickUntilDone(runner, world);
  expect(refused).toBe(1);
  expect(world.tables.progress.cursor?.height).toBe(31);
  expect(await claimed(world)).toEqual([30, 30]);
});

test('A row that was deleted is let go all the same, behind the end of its trail', async () => {
  const { world } = await unreadable();
  world.tables.records.delete(villaKey);
  await tickUntilDone(world.process(), world);
  expect(await claimed(world)).toEqual(['not_cached']);
  expect(world.tables.records.get(villaKey)).toMatchObject({ sequence: 2, tooLarge: true });
});

test('A row that was set back is let go all the same: neither cache nor database claims it', async () => {
  const { world, give, row } = await unreadable();
  give(undefined);
  await runTick(world.process());
  world.tables.records.set(villaKey, row);
  give('in a form that nobody can read');
  const next = truth.dictionaryWrites.find(({ item, height }) => item === villa.tokenId && height > 31)?.height ?? 0;
  world.setHeight(next);
  await tickUntilDone(world.process(), world);
  expect((await claimed(world)).at(-1)).not.toBe(next);
  give(undefined);
  const { data } = await lookup(villaRef, { ...defaultReadOptions, noCache: true }, world.process());
  expect(data).toEqual(truth.asset(villa, next));
});

test('What was made to hold nothing contradicts nobody who reads it at the same block', async () => {
  const { world, give } = await unreadable();
  world.tables.records.delete(villaKey);
  world.tables.audit.delete(villaKey);
  await tickUntilDone(world.process(), world);
  give(undefined);
  const { data, conflict } = await lookup(villaRef, { ...defaultReadOptions, noCache: true }, world.process());
  expect([data, conflict ?? null]).toEqual([truth.asset(villa, 31), null]);
  expect([...world.tables.conflicts.values()]).toEqual([]);
});

test('The era is made again where its row was deleted', async () => {
  const { world, give } = await unreadable();
  give(undefined);
  world.tables.records.delete('basis#era');
  world.setHeight(34);
  await tickUntilDone(world.process(), world);
  expect(world.tables.records.get('basis#era')).toMatchObject({ changedAt: 33, sequence: 2 });
});
