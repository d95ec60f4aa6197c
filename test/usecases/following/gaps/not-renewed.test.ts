import { describe, expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../../lib/domain/freshness.ts';
import { LOGIC_VERSION } from '../../../../lib/domain/progress.ts';
import { runTick } from '../../../../lib/usecases/following/tick.ts';
import type { MemoryTables } from '../../../support/memory-store.ts';
import { ask } from '../follow.ts';
import { createWorld, type World } from '../world.ts';
import { basisIn, claimOf, expectTrue, liquid, staking } from './position.ts';

const day = 86_400_000;
const fromChain = { ...defaultReadOptions, noCache: true };

async function followed(): Promise<World> {
  const world = await createWorld({ recording: 'chain-d', height: 89, liquid });
  await runTick(world.process());
  await ask(staking, world.process());
  return world;
}

describe('rules TRACK-1 and TRACK-3: a basis that was not renewed', () => {
  test.each([31, 36])('for %i days can be used again after a reader has asked sync for it', async (days) => {
    const world = await followed();
    const { trackedUntil } = basisIn(world);
    world.pass(days * day);
    dropExpired(world);
    // An era ends at 91: the era basis is renewed.
    world.setHeight(92);
    await runTick(world.process());
    expect(basisIn(world).trackedUntil).toBe(trackedUntil);

    expectTrue(staking, await ask(staking, world.process(), fromChain));
    world.setHeight(93);
    expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'done', to: 93 });
    expect(basisIn(world)).toMatchObject({ block: { height: 93 }, changedAt: 93 });
    expect(Date.parse(basisIn(world).trackedUntil)).toBeGreaterThan(Date.parse(trackedUntil));
    await expectFollowed(world);
  });

  /** As the table's TTL does. */
  function dropExpired({ tables: { watches }, process }: World): void {
    const now = process().clock.now() / 1_000;
    for (const rows of watches.values())
      for (const [watcher, expiresAt] of rows) if (expiresAt < now) rows.delete(watcher);
  }
});

describe('rule ITEM-5: a basis of a lower logic version', () => {
  const lowered = ({ records, cache }: MemoryTables, isMeant: (key: string) => boolean): void => {
    for (const [key, record] of records)
      if (isMeant(key)) records.set(key, { ...record, logicVersion: LOGIC_VERSION - 1 });
    for (const [key, { entry, expiresAt }] of cache)
      if (isMeant(key)) cache.set(key, { entry: { ...entry, logicVersion: LOGIC_VERSION - 1 }, expiresAt });
  };

  test('is read again when the logic version is raised', async () => {
    const world = await followed();
    world.setHeight(92);
    await runTick(world.process());
    // The era basis is moved by the end of the next era.
    lowered(world.tables, (key) => key !== 'basis#era');
    world.tables.progress = { ...world.tables.progress, logicVersion: LOGIC_VERSION - 1 };
    world.setHeight(93);
    expect(await runTick(world.process())).toMatchObject({ stoppedBy: 'done', to: 93 });
    const bases = [...world.tables.records.values()].filter(({ ref }) => ref.kind === 'basis' && ref.id !== 'era');
    expect(bases.map(({ logicVersion, block }) => [logicVersion, block.height])).toEqual(
      bases.map(() => [LOGIC_VERSION, 93]),
    );
    expect(bases.length).toBeGreaterThan(2);
    expectTrue(staking, await ask(staking, world.process()));
    await expectFollowed(world);
  });

  test('can be used again after a reader has asked sync for it', async () => {
    const world = await followed();
    world.setHeight(92);
    await runTick(world.process());
    lowered(world.tables, (key) => key.startsWith('basis#liquid'));
    expectTrue(staking, await ask(staking, world.process(), fromChain));
    world.setHeight(93);
    await runTick(world.process());
    expect(basisIn(world)).toMatchObject({ logicVersion: LOGIC_VERSION, block: { height: 93 } });
    await expectFollowed(world);
  });
});

/** An answer of block 93 is verified through 95, without a call to a node. */
async function expectFollowed(world: World): Promise<void> {
  world.pass(6_000);
  expectTrue(staking, await ask(staking, world.process(), fromChain));
  world.setHeight(95);
  await runTick(world.process());
  const reader = world.process();
  const answer = await ask(staking, reader);
  expect(claimOf(answer)).toEqual({ source: 'cache', at: 93, through: 95 });
  expect(reader.chain.calls()).toBe(0);
  expectTrue(staking, answer);
}
