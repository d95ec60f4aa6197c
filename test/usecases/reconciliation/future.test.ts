import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../lib/domain/digest.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions, type ReadOptions } from '../../../lib/domain/freshness.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { recordedTruth, type Token } from '../../support/recorded-truth.ts';
import { createWorld, type World } from '../following/world.ts';
import { reconcile } from './run.ts';

const truth = recordedTruth('chain-a');
const [villa] = truth.tokens.filter(({ collection }) => collection === 'villas') as [Token];
const ref = { kind: 'asset', id: `${villa.packageHash}:${villa.tokenId}` };
const key = refKey(ref);
const stranger = `account-hash-${'ab'.repeat(32)}`;
const noCache = { ...defaultReadOptions, noCache: true };
const onlyIfCached = { ...defaultReadOptions, onlyIfCached: true };

interface Edit {
  readonly what: string;
  readonly height: number;
  readonly hash?: string;
  readonly owner?: string;
  readonly cached?: true;
}

const edits: readonly Edit[] = [
  { what: 'far above, of the same hash', height: 1_000_000 },
  { what: 'far above, of a made-up hash', height: 1_000_000, hash: 'cd'.repeat(32) },
  { what: 'a little above, with another value', height: 60, owner: stranger },
  { what: 'far above, with another value, in the cache too', height: 1_000_000, owner: stranger, cached: true },
];

/** At 30, with villa 0 in the store, which changes hands at 31. */
async function followed(): Promise<{ readonly world: World; readonly service: Running }> {
  const world = await createWorld({ height: 30, nodes: [down, down] });
  const service = world.process();
  await runTick(service);
  await lookup(ref, defaultReadOptions, service);
  world.pass(60_000);
  return { world, service };
}

let areDown = false;
const down = (_method: string, _params: object, forward: () => object) =>
  areDown ? { error: { code: -32_603, message: 'gone', data: null } } : forward();

function edit({ height, hash, owner, cached }: Edit, { tables }: World): void {
  const record = tables.records.get(key);
  const there = tables.cache.get(key);
  if (record === undefined || there === undefined) throw new Error('nothing to edit');
  const value = { ...record.value, ...(owner !== undefined && { owner }) };
  const block = { ...record.block, height, ...(hash !== undefined && { hash }) };
  tables.records.set(key, { ...record, value, digest: digestOf(value), block });
  if (cached) tables.cache.set(key, { ...there, entry: { ...there.entry, value, block } });
  else tables.cache.delete(key);
}

/** Asked by a process that remembers nothing: what is answered is the chain's, at a block that there is. */
async function expectTruth(world: World, wishes: ReadOptions = defaultReadOptions): Promise<string> {
  const { data, block, source, verifiedThrough } = await lookup(ref, wishes, world.process());
  expect({ data, block }).toEqual({ data: truth.asset(villa, block.height), block: truth.block(block.height) });
  expect(data).toEqual(truth.asset(villa, verifiedThrough.height));
  return source;
}

describe.each(edits)('A record whose height was edited: $what', (one) => {
  test('is not what anybody is answered, and is put right by who reads it', async () => {
    const { world } = await followed();
    edit(one, world);
    expect(await expectTruth(world)).toBe('chain');
    const record = world.tables.records.get(key);
    expect(record).toMatchObject({ block: truth.block(30), sequence: 2 });
    expect(world.tables.audit.get(key)?.map(({ cause }) => cause)).toEqual(['lookup', 'lookup']);
    expect(await expectTruth(world)).toBe('cache');
    expect(await expectTruth(world, noCache)).toBe('chain');
  });

  test('is no answer while no node can be asked, nor to who asks for what is cached', async () => {
    const { world } = await followed();
    edit(one, world);
    await expect(lookup(ref, onlyIfCached, world.process())).rejects.toMatchObject({ code: 'not_cached' });
    areDown = true;
    try {
      await expect(lookup(ref, defaultReadOptions, world.process())).rejects.toMatchObject({
        code: 'chain_unavailable',
      });
    } finally {
      areDown = false;
    }
  });

  test('is put right by sync, where a write leads to it', async () => {
    const { world, service } = await followed();
    edit(one, world);
    world.setHeight(32);
    await runTick(service);
    expect(world.tables.records.get(key)?.block.height).toBe(32);
    expect(await expectTruth(world)).toBe('cache');
  });

  test('is put right by reconciliation, as a conflict', async () => {
    const { world, service } = await followed();
    edit(one, world);
    const { tally } = await reconcile(service);
    expect(tally.counts).toMatchObject({ conflict: 1, unverifiable: 0, fixed: 1 });
    expect(tally.byCheck.height).toMatchObject({ failed: 1 });
    expect(world.tables.records.get(key)).toMatchObject({ block: truth.block(30), sequence: 2 });
    expect(world.tables.audit.get(key)?.at(-1)).toMatchObject({ cause: 'reconciliation' });
    expect(await expectTruth(world)).toBe('cache');
  });
});

test('A record that somebody has read a block ahead of all that is known is no such', async () => {
  const { world } = await followed();
  const ahead = world.process();
  world.setHeight(32);
  const { block } = await lookup(ref, noCache, ahead);
  expect(block.height).toBe(32);
  const { progress } = world.tables;
  if (progress.head === null) throw new Error('no head is known');
  world.tables.progress = { ...progress, head: { ...progress.head, ...truth.block(30) } };
  expect(await expectTruth(world, { ...defaultReadOptions, onlyIfCached: true })).toBe('cache');
});
