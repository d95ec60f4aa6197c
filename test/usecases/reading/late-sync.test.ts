import { describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import type { EntityRef } from '../../../lib/domain/entity.ts';
import { defaultReadOptions, type ReadOptions } from '../../../lib/domain/freshness.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { createWorld } from '../following/world.ts';

const { collections } = recordedExamples['chain-a'];
const villa = (token: string): EntityRef => ({ kind: 'asset', id: `${collections.villas.package}:${token}` });
const asset = villa('0');
const followed = 60;
const minute = 60_000;

/** Sync has followed the chain to this block, with the entities tracked; then no tick runs any more. */
async function stoppedSync(refs: readonly EntityRef[] = [asset]) {
  const world = await createWorld({ height: followed });
  const leases: string[] = [];
  const refreshed: string[] = [];
  const process = (): Running => ({
    ...world.process({
      onCall(name, ...given) {
        if (name === 'progress.takeLease') leases.push(String(given));
      },
    }),
    refresher: { request: async ({ id }) => void refreshed.push(id) },
  });
  const service = process();
  await runTick(service);
  for (const ref of refs) await lookup(ref, defaultReadOptions, service);
  await runTick(service);
  const calls = () => world.nodes.reduce((sum, node) => sum + node.calls().total, 0);
  const before = calls();
  leases.length = 0;
  const read = (options: Partial<ReadOptions> = {}, ref = asset, by = service) =>
    lookup(ref, { ...defaultReadOptions, ...options }, by);
  return { world, process, read, leases, refreshed, asked: () => calls() - before };
}

describe('while sync is late (rule LIMIT-1)', () => {
  test('a cached value is served with its age, labelled as stale, and no node is asked', async () => {
    const { world, read, asked } = await stoppedSync();
    world.pass(5 * minute);
    expect(await read()).toMatchObject({ source: 'cache', stale: true, cache: 'stale-hit', age: 300 });
    world.pass(5 * minute);
    expect(await read()).toMatchObject({ source: 'cache', stale: true, age: 600 });
    expect(asked()).toBe(0);
  });

  test('past the longer limit the chain answers', async () => {
    const { world, read, asked } = await stoppedSync();
    world.pass(10 * minute + 1_000);
    expect(await read()).toMatchObject({ source: 'chain', stale: false, cache: 'stale' });
    expect(asked()).toBeGreaterThan(0);
  });

  test.each<[string, Partial<ReadOptions>]>([
    ['no-cache', { noCache: true }],
    ['a shorter max-age', { maxAge: 120 }],
    ['a max-stale that the age exceeds', { maxStale: 60 }],
  ])('the limits of the caller bind: %s', async (_, options) => {
    const { world, read } = await stoppedSync();
    world.pass(5 * minute);
    expect(await read(options)).toMatchObject({ source: 'chain', stale: false });
  });

  test('the limits of the caller bind: minHeight', async () => {
    const { world, read } = await stoppedSync();
    world.setHeight(followed + 2);
    world.pass(5 * minute);
    expect(await read({ minHeight: followed + 2 })).toMatchObject({ source: 'chain', block: { height: followed + 2 } });
  });

  test('a caller who accepts a greater age than the kind gets it', async () => {
    const { world, read, asked } = await stoppedSync();
    world.pass(5 * minute);
    expect(await read({ maxAge: 300 })).toMatchObject({ source: 'cache', stale: true, age: 300 });
    expect(asked()).toBe(0);
  });

  test('what must be younger than sync ever makes it is read from the chain: an absence', async () => {
    const absent = villa('4711');
    const { world, read } = await stoppedSync([absent]);
    world.pass(5 * minute);
    expect(await read({}, absent)).toMatchObject({ data: null, source: 'chain', stale: false });
  });

  test('rule LIMIT-2: all keys and processes together have one refresh in half a minute', async () => {
    const refs = [asset, villa('1'), villa('2'), villa('3')];
    const { world, process, read, refreshed, leases } = await stoppedSync(refs);
    world.pass(5 * minute);
    const processes = [process(), process(), process()];
    const readAll = async () => {
      for (const by of processes) for (const ref of refs) await read({}, ref, by);
    };
    await readAll();
    world.pass(20_000);
    await readAll();
    expect(refreshed).toHaveLength(1);
    expect(leases).toHaveLength(processes.length);
    world.pass(10_001);
    await readAll();
    expect(refreshed).toHaveLength(2);
  });
});

test('while sync keeps up, what is past its limit is read from the chain', async () => {
  const { world, process, read } = await stoppedSync();
  world.pass(5 * minute);
  await runTick(process());
  expect(await read()).toMatchObject({ source: 'cache', stale: false });
});

test('rule LIMIT-2: a process tries once for each key and soft window to have it refreshed, however many read it', async () => {
  const world = await createWorld({ height: followed });
  const leases: string[] = [];
  const refreshed: EntityRef[] = [];
  const service: Running = {
    ...world.process({ onCall: (name) => void (name === 'progress.takeLease' && leases.push(name)) }),
    refresher: { request: async (ref) => void refreshed.push(ref) },
  };
  await lookup(asset, defaultReadOptions, service);
  world.pass(61_000);
  leases.length = 0;
  for (let reader = 0; reader < 100; reader += 1) {
    world.pass(250);
    expect(await lookup(asset, defaultReadOptions, service)).toMatchObject({ source: 'cache', stale: false });
  }
  expect(leases).toHaveLength(1);
  expect(refreshed).toEqual([asset]);
});
