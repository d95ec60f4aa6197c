import { describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { inVirtualTime } from '../../support/in-virtual-time.ts';
import { createWorld } from '../following/world.ts';

const { collections } = recordedExamples['chain-a'];
const villa = (token: string) => ({ kind: 'asset', id: `${collections.villas.package}:${token}` });
const [first, second] = [villa('0'), villa('1')];
const height = 60;

/** A process that has read its snapshot, and what its store does when it is asked for another one. */
async function throttled(progressRead: () => Promise<void> = () => Promise.reject(new StoreUnavailable('throttled'))) {
  const world = await createWorld({ height, env: { ASTAKE_DEADLINE_MS: '8000', ASTAKE_ATTEMPT_MS: '4000' } });
  const sync = world.process();
  await runTick(sync);
  for (const ref of [first, second]) await lookup(ref, defaultReadOptions, sync);
  await runTick(sync);
  let reads = 0;
  let isThrottled = false;
  const service = world.process({
    onCall(name) {
      if (name !== 'progress.read' || !isThrottled) return;
      reads += 1;
      return progressRead();
    },
  });
  const read = (ref = second) => lookup(ref, defaultReadOptions, service);
  await read(first);
  isThrottled = true;
  const calls = () => world.nodes.reduce((sum, node) => sum + node.calls().total, 0);
  const before = calls();
  return { world, sync, read, reads: () => reads, asked: () => calls() - before };
}

describe('a process that cannot renew its snapshot (rule CLAIM-9)', () => {
  test('goes on with the last one, and no node is asked; the age of what it answers grows', async () => {
    const { world, read, asked } = await throttled();
    world.pass(1_100);
    expect(await read()).toMatchObject({ source: 'cache', stale: false, age: 1, verifiedThrough: { height } });
    world.pass(13_000);
    expect(await read()).toMatchObject({ source: 'cache', stale: false, age: 14, verifiedThrough: { height } });
    expect(asked()).toBe(0);
  });

  test('claims through the old cursor, though sync has gone on', async () => {
    const { world, sync, read } = await throttled();
    world.setHeight(height + 1);
    await runTick(sync);
    world.pass(1_100);
    const { verifiedThrough, age, source } = await read();
    expect({ verifiedThrough, source }).toMatchObject({ verifiedThrough: { height }, source: 'cache' });
    expect(age).toBeGreaterThanOrEqual(2);
  });

  test('asks the chain once it is older than 15 seconds', async () => {
    const { world, read } = await throttled();
    world.pass(15_001);
    expect(await read()).toMatchObject({ source: 'chain', stale: false });
  });

  test('does not ask the store again within a second', async () => {
    const { world, read, reads } = await throttled();
    world.pass(1_100);
    for (let time = 1; time <= 5; time += 1) await read();
    expect(reads()).toBe(1);
    world.pass(1_000);
    await read();
    expect(reads()).toBe(2);
  });

  test('waits for a store that is late only for a part of its time', async () => {
    const { world, read, asked } = await throttled(() => new Promise<void>(() => undefined));
    world.pass(1_100);
    await inVirtualTime(async () => {
      const began = Date.now();
      expect(await read()).toMatchObject({ source: 'cache', stale: false });
      expect(Date.now() - began).toBeLessThanOrEqual(1_000);
    });
    expect(asked()).toBe(0);
  });
});
