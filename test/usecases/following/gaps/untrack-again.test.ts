import { expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import type { Running } from '../../../../lib/runtime/service.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../../lib/usecases/reading/lookup.ts';
import type { World } from '../world.ts';
import { cachedOnly, truth, villa, villaKey, villaRef, villasAt } from './villa.ts';

/** Villa 0 is stored as of 30, changes hands at 31, and cannot be read from then on. */
async function unreadable() {
  const { world, give } = await villasAt(30);
  const reader = world.process();
  await runTick(reader);
  await lookup(villaRef, defaultReadOptions, reader);
  const row = world.tables.records.get(villaKey);
  if (row === undefined) throw new Error('the record of block 30 is missing');
  world.setHeight(31);
  give('undecodable');
  return { world, give, row };
}

async function tickUntilDone(runner: Running, world: World): Promise<void> {
  for (let count = 1; count <= 8; count += 1) {
    world.pass(30_000);
    if ((await runTick(runner)).stoppedBy === 'done') return;
  }
  throw new Error('sync makes no progress');
}

/** Own block and `verifiedThrough` of an answer that needs no node, or its error code. */
async function claimed(world: World): Promise<readonly (number | string)[]> {
  return lookup(villaRef, cachedOnly, world.process()).then(
    ({ block, verifiedThrough }) => [block.height, verifiedThrough.height],
    ({ code }: { code: string }) => [code],
  );
}

test('rule FOLLOW-6: a record that was untracked before its entry could be put claims its own block only', async () => {
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

test('rule FOLLOW-6: a deleted row is untracked too; its entry is chained to the end of the audit trail', async () => {
  const { world } = await unreadable();
  world.tables.records.delete(villaKey);
  await tickUntilDone(world.process(), world);
  expect(await claimed(world)).toEqual(['not_cached']);
  expect(world.tables.records.get(villaKey)).toMatchObject({ sequence: 2, tooLarge: true });
});

test('rule FOLLOW-6: a row that was set back is untracked too; neither cache nor database claims it', async () => {
  const { world, give, row } = await unreadable();
  give(undefined);
  await runTick(world.process());
  world.tables.records.set(villaKey, row);
  give('undecodable');
  const next = truth.dictionaryWrites.find(({ item, height }) => item === villa.tokenId && height > 31)?.height ?? 0;
  world.setHeight(next);
  await tickUntilDone(world.process(), world);
  expect((await claimed(world)).at(-1)).not.toBe(next);
  give(undefined);
  const { data } = await lookup(villaRef, { ...defaultReadOptions, noCache: true }, world.process());
  expect(data).toEqual(truth.asset(villa, next));
});

test('rule FOLLOW-6: an empty record contradicts no reading of the same block', async () => {
  const { world, give } = await unreadable();
  world.tables.records.delete(villaKey);
  world.tables.audit.delete(villaKey);
  await tickUntilDone(world.process(), world);
  give(undefined);
  const { data, conflict } = await lookup(villaRef, { ...defaultReadOptions, noCache: true }, world.process());
  expect([data, conflict ?? null]).toEqual([truth.asset(villa, 31), null]);
  expect([...world.tables.conflicts.values()]).toEqual([]);
});

test('rule BASIS-4: sync creates the era basis again where its row was deleted', async () => {
  const { world, give } = await unreadable();
  give(undefined);
  world.tables.records.delete('basis#era');
  world.setHeight(34);
  await tickUntilDone(world.process(), world);
  expect(world.tables.records.get('basis#era')).toMatchObject({ changedAt: 33, sequence: 2 });
});
