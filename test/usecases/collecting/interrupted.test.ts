import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { clValueDecoder } from '../../../lib/chain/rpc/casper-sdk.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { createWorld, type World } from '../following/world.ts';
import { enumerateAll, listsOf, wholeness } from './collect.ts';

/** A safety net against hanging: no verdict depends on it. */
jest.setTimeout(600_000);
beforeAll(clValueDecoder);

const recording = 'chain-d';
const lists = listsOf(recording);
const first = 70;

async function whole() {
  const world = await createWorld({ recording, height: first });
  const service = world.process();
  await runTick(service);
  await enumerateAll(service);
  return { world, service };
}

function changeAssets({ tables }: World, change: Partial<EntityRecord>): void {
  for (const [key, record] of tables.records)
    if (record.ref.kind === 'asset') tables.records.set(key, { ...record, ...change });
}

const statesOf = async (service: Parameters<typeof wholeness>[0]) =>
  new Set((await wholeness(service)).map(([state]) => state));

describe('A collection (rule COLLECT-4)', () => {
  test('stays whole where none of its tokens is tracked any more', async () => {
    const { world, service } = await whole();
    changeAssets(world, { trackedUntil: new Date(0).toISOString() });
    for (const watchers of world.tables.watches.values())
      for (const watcher of [...watchers.keys()]) if (watcher.startsWith('asset#')) watchers.delete(watcher);
    for (let height = first + 1; height <= lists.lastHeight; height += 1) {
      world.setHeight(height);
      await runTick(service);
      expect([height, await statesOf(service)]).toEqual([height, new Set(['whole'])]);
      expect([height, await lists.stored(service)]).toEqual([height, lists.at(height)]);
    }
  });

  test('is not whole once sync has met a token in dispute, until an enumeration finds none', async () => {
    const { world, service } = await whole();
    changeAssets(world, { conflict: { id: 'c1', state: 'open', chainDigest: 'd' } });
    world.setHeight(lists.lastHeight);
    for (let ticks = 0; ticks < 9; ticks += 1) await runTick(service);
    expect(await statesOf(service)).toContain('broken');
    expect(world.counted.get('CollectionInterrupted')).toBeGreaterThan(0);
    await enumerateAll(service);
    expect(await statesOf(service)).toContain('broken');
    // To resolve a conflict is to read the token again.
    changeAssets(world, { conflict: null, trackedUntil: new Date(0).toISOString() });
    world.pass(11 * 60_000);
    await runTick(service);
    await enumerateAll(service);
    expect(await statesOf(service)).toEqual(new Set(['whole']));
    expect(await lists.stored(service)).toEqual(lists.at(lists.lastHeight));
  });

  test('is not whole where a runner with another configuration has followed, until it is enumerated again', async () => {
    const { world, service } = await whole();
    const [[alias, collection]] = Object.entries(recordedExamples[recording].collections) as [[string, object]];
    const env = { ASTAKE_COLLECTIONS: JSON.stringify({ [alias]: collection }) };
    const other = await createWorld({ recording, height: 100, tables: world.tables, env });
    expect((await runTick(other.process())).stoppedBy).toBe('done');
    world.setHeight(100);
    expect(await statesOf(service)).toEqual(new Set(['broken']));
    world.setHeight(101);
    await runTick(service);
    expect(await statesOf(service)).toEqual(new Set(['broken']));
    await enumerateAll(service);
    expect(await statesOf(service)).toEqual(new Set(['whole']));
    expect(await lists.stored(service)).toEqual(lists.at(101));
  });
});
