import { describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../../infra/local/dev-chain/recorded-examples.ts';
import { digestOf } from '../../../lib/domain/digest.ts';
import { defaultReadOptions, type ReadOptions } from '../../../lib/domain/freshness.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { findListed } from '../../../lib/usecases/reading/find.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { createWorld } from '../following/world.ts';

const { collections } = recordedExamples['chain-a'];
const villas = [0, 1, 2].map((token) => ({ kind: 'asset', id: `${collections.villas.package}:${token}` }));

/** Sync has followed the chain; the assets of one owner are tracked. */
async function tracked() {
  const world = await createWorld({ height: 60 });
  const service = world.process();
  await runTick(service);
  for (const ref of villas) await lookup(ref, defaultReadOptions, service);
  const record = [...world.tables.records.values()].find(({ ref }) => ref.kind === 'asset');
  const owner = record?.owner ?? '';
  await runTick(service);
  const calls = () => world.nodes.reduce((sum, node) => sum + node.calls().total, 0);
  const before = calls();
  const list = async (options: Partial<ReadOptions> = {}, by = service) => {
    const page = { limit: 100, options: { ...defaultReadOptions, ...options } };
    return (await findListed({ kind: 'asset', list: { owner }, ...page }, by)).answers;
  };
  return { world, service, list, asked: () => calls() - before };
}

describe("an owner's assets", () => {
  test('are each as current as a single read says, and no node is asked', async () => {
    const { world, service, list, asked } = await tracked();
    world.pass(40_000);
    const items = await list();
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) {
      const { stale, age, verifiedThrough } = await lookup(item.ref, defaultReadOptions, service);
      expect(item).toMatchObject({ source: 'database', stale, age, verifiedThrough });
      expect(stale).toBe(false);
    }
    expect(asked()).toBe(0);
  });

  test('do not have what has changed hands since the list was read (rule COLLECT-1)', async () => {
    const { world, service, list } = await tracked();
    const [first, ...others] = await list();
    if (first === undefined) throw new Error('the owner has no asset');
    const key = `asset#${first.ref.id}`;
    const { byOwner } = service.listings;
    const listings = {
      ...service.listings,
      async byOwner(...asked: Parameters<typeof byOwner>) {
        const listed = await byOwner(...asked);
        const record = world.tables.records.get(key) as EntityRecord;
        const value = { ...record.value, owner: 'another' };
        world.tables.records.set(key, { ...record, value, digest: digestOf(value), owner: 'another' });
        return listed;
      },
    };
    const left = await list({}, { ...service, listings });
    expect(left.map(({ ref }) => ref)).toEqual(others.map(({ ref }) => ref));
  });

  test('are stale past the limit of the kind, or past the max-age of the caller', async () => {
    const { world, list } = await tracked();
    world.pass(40_000);
    expect((await list({ maxAge: 39 })).map(({ stale }) => stale)).not.toContain(false);
    expect((await list({ maxAge: 40 })).map(({ stale }) => stale)).not.toContain(true);
    world.pass(51_000);
    expect((await list()).map(({ stale }) => stale)).not.toContain(false);
  });

  test('rule CLAIM-8: are stale below the height that this process has served', async () => {
    const { service, list } = await tracked();
    const [item] = await list();
    if (item === undefined) throw new Error('the owner has no asset');
    const { kind, id } = item.ref;
    service.memory.serve(`${kind}#${id}`, item.verifiedThrough.height + 1);
    expect((await list()).find(({ ref }) => ref.id === id)).toMatchObject({ stale: true });
  });
});
