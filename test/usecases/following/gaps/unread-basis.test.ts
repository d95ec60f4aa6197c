import { describe, expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import type { Running } from '../../../../lib/runtime/service.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import { ask } from '../follow.ts';
import { createWorld, type World } from '../world.ts';
import { account, basisIn, claimOf, contractAt, expectTrue, liquid, staking, storedAs } from './position.ts';
import { cachedOnly } from './villa.ts';

const fromChain = { ...defaultReadOptions, noCache: true };

interface Changed {
  readonly world: World;
  readonly service: Running;
}

/** The rate changes at 85, and no node gives a contract that can be decoded. */
async function unreadable(): Promise<Changed> {
  const { world, give } = await contractAt(84);
  const service = await followedAt84(world);
  give(storedAs({ Package: {} }));
  world.setHeight(85);
  // Its only node gives it twice (rule FOLLOW-6).
  expect((await runTick(service)).stoppedBy).toBe('done');
  world.pass(120_000);
  give(undefined);
  return { world, service };
}

/** The rate changes at 85, and sync runs with a configuration that does not have the contract. */
async function unknown(): Promise<Changed> {
  const world = await createWorld({ recording: 'chain-d', height: 84, liquid });
  const service = await followedAt84(world);
  const other = await createWorld({ recording: 'chain-d', height: 85, tables: world.tables });
  expect(await runTick(other.process())).toMatchObject({ stoppedBy: 'done', to: 85 });
  world.setHeight(85);
  world.pass(60_000);
  return { world, service };
}

async function followedAt84(world: World): Promise<Running> {
  const service = world.process();
  await runTick(service);
  await ask(staking, service);
  return service;
}

describe.each([
  { name: 'cannot be read', changed: unreadable },
  { name: 'is not configured any more', changed: unknown },
])('rule CLAIM-3: a basis that changes while it $name', ({ changed }) => {
  test('counts as changed: records that depend on it claim their own block only, and are read with its present value', async () => {
    const { world } = await changed();
    expect(world.tables.progress.cursor?.height).toBe(85);
    expect(basisIn(world)).toMatchObject({ block: { height: 84 }, changedAt: 85 });

    const kept = await ask(staking, world.process(), cachedOnly);
    expect(claimOf(kept)).toMatchObject({ at: 84, through: 84 });
    expectTrue(staking, kept);

    // The snapshot of this reader holds the era.
    const reader = world.process();
    await ask(account, reader);
    const read = await ask(staking, reader, fromChain);
    expect(claimOf(read)).toEqual({ source: 'chain', at: 85, through: 85 });
    expectTrue(staking, read);
  });

  test('can be used again when its keys are written', async () => {
    const { world, service } = await changed();
    world.setHeight(88);
    expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: 88 });
    expect(basisIn(world)).toMatchObject({ block: { height: 88 }, changedAt: 88 });
    await expectFollowed(world, service, 89);
  });

  test('can be used again after a reader has asked sync for it', async () => {
    const { world, service } = await changed();
    expectTrue(staking, await ask(staking, world.process(), fromChain));
    world.setHeight(86);
    expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: 86 });
    expect(basisIn(world)).toMatchObject({ block: { height: 86 }, changedAt: 86 });
    await expectFollowed(world, service, 87);
  });
});

/** An answer that is read now is verified through the next block, without a call to a node. */
async function expectFollowed(world: World, service: Running, height: number): Promise<void> {
  world.pass(6_000);
  expectTrue(staking, await ask(staking, world.process(), fromChain));
  world.setHeight(height);
  await runTick(service);
  const reader = world.process();
  const followed = await ask(staking, reader);
  expect(claimOf(followed)).toMatchObject({ source: 'cache', through: height });
  expect(reader.chain.calls()).toBe(0);
  expectTrue(staking, followed);
}
