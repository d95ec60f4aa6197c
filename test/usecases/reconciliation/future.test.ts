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
  { what: 'far above, with the same hash', height: 1_000_000 },
  { what: 'far above, with an invented hash', height: 1_000_000, hash: 'cd'.repeat(32) },
  { what: 'a little above, with another value', height: 60, owner: stranger },
  { what: 'far above, with another value, in the cache too', height: 1_000_000, owner: stranger, cached: true },
];

/** At block 30, with villa 0 in the store. Villa 0 changes its owner at 31. */
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
  areDown ? { error: { code: -32_603, message: 'unavailable', data: null } } : forward();

function edit({ height, hash, owner, cached }: Edit, { tables }: World): void {
  const record = tables.records.get(key);
  const there = tables.cache.get(key);
  if (record === undefined || there === undefined) throw new Error('there is no row to edit');
  const value = { ...record.value, ...(owner !== undefined && { owner }) };
  const block = { ...record.block, height, ...(hash !== undefined && { hash }) };
  tables.records.set(key, { ...record, value, digest: digestOf(value), block });
  if (cached) tables.cache.set(key, { ...there, entry: { ...there.entry, value, block } });
  else tables.cache.delete(key);
}

/** A new process answers with the chain's value, at a block that exists. */
async function expectTruth(world: World, options: ReadOptions = defaultReadOptions): Promise<string> {
  const { data, block, source, verifiedThrough } = await lookup(ref, options, world.process());
  expect({ data, block }).toEqual({ data: truth.asset(villa, block.height), block: truth.block(block.height) });
  expect(data).toEqual(truth.asset(villa, verifiedThrough.height));
  return source;
}

describe.each(edits)('A record whose height was edited (rule SAVE-8): $what', (one) => {
  test('is never served, and is corrected by the next reader', async () => {
    const { world } = await followed();
    edit(one, world);
    expect(await expectTruth(world)).toBe('chain');
    const record = world.tables.records.get(key);
    expect(record).toMatchObject({ block: truth.block(30), sequence: 2 });
    expect(world.tables.audit.get(key)?.map(({ cause }) => cause)).toEqual(['lookup', 'lookup']);
    expect(await expectTruth(world)).toBe('cache');
    expect(await expectTruth(world, noCache)).toBe('chain');
  });

  test('is not served as a fallback, and not to a request for cached values only', async () => {
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

  test('is corrected by sync when a block writes one of its keys', async () => {
    const { world, service } = await followed();
    edit(one, world);
    world.setHeight(32);
    await runTick(service);
    expect(world.tables.records.get(key)?.block.height).toBe(32);
    expect(await expectTruth(world)).toBe('cache');
  });

  test('is corrected by reconciliation, as a conflict', async () => {
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

test('A record that another process read ahead of the stored head is served', async () => {
  const { world } = await followed();
  const ahead = world.process();
  world.setHeight(32);
  const { block } = await lookup(ref, noCache, ahead);
  expect(block.height).toBe(32);
  const { progress } = world.tables;
  if (progress.head === null) throw new Error('there is no head');
  world.tables.progress = { ...progress, head: { ...progress.head, ...truth.block(30) } };
  expect(await expectTruth(world, { ...defaultReadOptions, onlyIfCached: true })).toBe('cache');
});
