import { expect, test } from '@jest/globals';
import { isEdited } from '../../../../lib/domain/compare.ts';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import { verifyTrail } from '../../../../lib/usecases/audit/verify-trail.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../../lib/usecases/reading/lookup.ts';
import { ask, idOf } from '../follow.ts';
import { createWorld, type World } from '../world.ts';
import { account, basisIn, claimOf, expectTrue, liquid, staking } from './position.ts';

test('rule CLAIM-3: an edited basis is not used, and sync reads it again', async () => {
  const world = await createWorld({ recording: 'chain-d', height: 85, liquid });
  await runTick(world.process());
  await ask(staking, world.process());
  world.setHeight(86);
  await runTick(world.process());
  edit(world);

  for (const options of [
    defaultReadOptions,
    { ...defaultReadOptions, minHeight: 86 },
    { ...defaultReadOptions, noCache: true },
  ]) {
    const reader = world.process();
    await ask(account, reader);
    const answer = await lookup(idOf(staking, reader), options, reader);
    expectTrue(staking, answer);
  }

  world.setHeight(87);
  expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'done', to: 87 });
  await expectReadAgain(world, 87);
  world.pass(6_000);
  expectTrue(staking, await ask(staking, world.process(), { ...defaultReadOptions, noCache: true }));
  world.setHeight(89);
  await runTick(world.process());
  const followed = await ask(staking, world.process());
  expect(claimOf(followed)).toEqual({ source: 'cache', at: 89, through: 89 });
  expectTrue(staking, followed);
});

test('a basis that a reader created ahead of sync, and that was edited, is read again when sync reaches its block', async () => {
  const world = await createWorld({ recording: 'chain-d', height: 85, liquid });
  await runTick(world.process());
  world.setHeight(88);
  await ask(staking, world.process());
  expect(basisIn(world).block.height).toBe(88);
  edit(world);
  expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'done', to: 88 });
  await expectReadAgain(world, 88);
});

/** Writes another rate into the row, past this service. */
function edit(world: World): void {
  const stored = basisIn(world);
  const { value, joined } = stored.value as { value: object; joined: object };
  const edited = { ...stored, value: { value, joined: { ...joined, numerator: '1' } } };
  world.tables.records.set(`basis#${stored.ref.id}`, edited);
}

async function expectReadAgain(world: World, height: number): Promise<void> {
  const basis = basisIn(world);
  expect([isEdited(basis), basis.block.height]).toEqual([false, height]);
  expect((await verifyTrail(basis.ref, true, world.process())).broken).toBeUndefined();
}
