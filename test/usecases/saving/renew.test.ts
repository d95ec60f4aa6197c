import { expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { ask, keyOf } from '../following/follow.ts';
import { basisIn, claimOf, expectTrue, liquid, staking } from '../following/gaps/position.ts';
import { createWorld, type World } from '../following/world.ts';

const day = 86_400_000;

async function followed(): Promise<World> {
  const world = await createWorld({ recording: 'chain-d', height: 93, liquid });
  await runTick(world.process());
  await ask(staking, world.process());
  world.setHeight(95);
  await runTick(world.process());
  return world;
}

const recordIn = ({ tables, process }: World): EntityRecord => {
  const record = tables.records.get(keyOf(staking, process()));
  if (record === undefined) throw new Error('the position is not recorded');
  return record;
};

const entryIn = (world: World) => world.tables.cache.get(keyOf(staking, world.process()))?.entry;

/** Until when, at least, each key of the record leads to it. */
const watchedUntil = ({ tables }: World, { ref, readSet }: EntityRecord): number =>
  Math.min(...readSet.map((key) => tables.watches.get(key)?.get(`${ref.kind}#${ref.id}`) ?? 0)) * 1_000;

/** Some time later sync has looked at the chain again. */
async function pass(world: World, days: number): Promise<void> {
  world.pass(days * day);
  await runTick(world.process());
}

/** A new process answers from the cache, through the cursor, without a call to a node. */
async function expectHit(world: World): Promise<void> {
  const reader = world.process();
  const answer = await ask(staking, reader);
  expect(claimOf(answer)).toEqual({ source: 'cache', at: 93, through: 95 });
  expectTrue(staking, answer);
  expect(reader.chain.calls()).toBe(0);
}

test('what is read every few days stays tracked for ever, and no node is called for it (rule TRACK-2)', async () => {
  const world = await followed();
  const before = recordIn(world);
  const basis = basisIn(world);
  for (let days = 0; days < 120; days += 4) {
    await pass(world, 4);
    await expectHit(world);
    const record = recordIn(world);
    expect(watchedUntil(world, record)).toBeGreaterThanOrEqual(Date.parse(record.trackedUntil));
    expect(entryIn(world)?.trackedUntil).toBe(record.trackedUntil);
  }
  const { trackedUntil } = recordIn(world);
  expect(Date.parse(trackedUntil) - Date.parse(before.trackedUntil)).toBeGreaterThanOrEqual(100 * day);
  // Nothing but the dates has changed.
  expect(recordIn(world)).toEqual({ ...before, trackedUntil });
  expect(basisIn(world)).toEqual({ ...basis, trackedUntil: basisIn(world).trackedUntil });
  expect(Date.parse(basisIn(world).trackedUntil)).toBeGreaterThan(Date.parse(basis.trackedUntil) + 100 * day);
});

test('a date is renewed when ten days are left, and not before (rule TRACK-2)', async () => {
  const world = await followed();
  const { trackedUntil } = recordIn(world);
  await pass(world, 19.9);
  await expectHit(world);
  expect(recordIn(world).trackedUntil).toBe(trackedUntil);
  await pass(world, 0.1);
  await expectHit(world);
  expect(Date.parse(recordIn(world).trackedUntil)).toBe(world.process().clock.now() + 30 * day);
});

test('a date that has passed is renewed by a reading of the chain alone', async () => {
  const world = await followed();
  const { trackedUntil } = recordIn(world);
  await pass(world, 30);
  expect(claimOf(await ask(staking, world.process()))).toMatchObject({ source: 'cache', through: 93 });
  expect(recordIn(world).trackedUntil).toBe(trackedUntil);
  await ask(staking, world.process(), { ...defaultReadOptions, noCache: true });
  expect(recordIn(world).trackedUntil > trackedUntil).toBe(true);
});

test('a renewal whose watches cannot be written renews no date, and fails no read', async () => {
  const world = await followed();
  const before = [recordIn(world), entryIn(world)];
  await pass(world, 21);
  const calls: string[] = [];
  const reader = world.process({
    onCall(name) {
      calls.push(name);
      if (name === 'watches.row') throw new Error('refused');
    },
  });
  expect(claimOf(await ask(staking, reader))).toMatchObject({ source: 'cache', through: 95 });
  expect([recordIn(world), entryIn(world)]).toEqual(before);
  expect(calls).toContain('watches.row');
  expect(calls).not.toContain('records.renew');
});

test('of all readers that find a date due, one renews it', async () => {
  const world = await followed();
  await pass(world, 21);
  const renewals: unknown[] = [];
  const process = () => world.process({ onCall: (name, [key]) => void (name === 'watches.put' && renewals.push(key)) });
  const readers = [process(), process(), process()];
  await Promise.all([...readers, ...readers].map((reader) => ask(staking, reader)));
  expect(renewals.length).toBeGreaterThan(0);
  expect(new Set(renewals).size).toBe(renewals.length);
});

test('an entry that was not put after the renewal of its record is put by a later read', async () => {
  const world = await followed();
  await pass(world, 21);
  const dying = world.process({
    onCall(name) {
      if (name === 'cache.put') throw new Error('refused');
    },
  });
  await ask(staking, dying);
  expect(entryIn(world)?.trackedUntil).not.toBe(recordIn(world).trackedUntil);
  world.pass(60_001);
  await runTick(world.process());
  await expectHit(world);
  expect(entryIn(world)?.trackedUntil).toBe(recordIn(world).trackedUntil);
});
