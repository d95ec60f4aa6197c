import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../lib/domain/digest.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import type { Running } from '../../../lib/runtime/service.ts';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { findListed, type List } from '../../../lib/usecases/reading/find.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { commonThrough, type WholeLists } from '../../../lib/usecases/reading/whole-lists.ts';
import { withTokens } from '../../../lib/usecases/reading/with-tokens.ts';
import { idOf, listsAt, makeWhole } from '../../recorded-truth/whole.ts';
import { recordedTruth, type Token } from '../../support/recorded-truth.ts';
import { createWorld } from '../following/world.ts';

const truth = recordedTruth('chain-a');
const start = 40;
const noCache = { ...defaultReadOptions, noCache: true };
const ownerAt = (token: Token, height: number): string | null =>
  (truth.asset(token, height) as { readonly owner: string | null } | null)?.owner ?? null;
/** A token that changes hands after the start, and the block that it does so in. */
const [moving, movedAt] = firstMove();
const villas = moving.packageHash;
const tickets = truth.collections.find(({ packageHash }) => packageHash !== villas)?.packageHash ?? '';
const before = ownerAt(moving, start) as string;
const after = ownerAt(moving, movedAt) as string;

function firstMove(): readonly [Token, number] {
  for (let height = start + 1; height <= truth.lastHeight; height += 1)
    for (const token of truth.tokens) {
      const [was, is] = [ownerAt(token, height - 1), ownerAt(token, height)];
      if (was !== null && is !== null && was !== is) return [token, height];
    }
  throw new Error('no token changes hands');
}

async function wholeWorld({ enumerated = true } = {}) {
  const world = await createWorld({ height: start });
  const calls: string[] = [];
  const service = world.process({ onCall: (name) => void calls.push(name) });
  await runTick(service);
  if (enumerated) await makeWhole(truth, service);
  const exact = async (list: List, by: Running = service, collections = [villas]) =>
    (await findListed({ kind: 'asset', list, limit: 100, collections }, by)).exactAt?.height ?? null;
  // biome-ignore lint/suspicious/noExplicitAny: the part of an answer that is compared
  const tokens = async (packageHash = villas): Promise<any> => {
    const answer = await lookup({ kind: 'collection', id: packageHash }, defaultReadOptions, service);
    return ((await withTokens(answer, service)).data as { readonly tokens: object }).tokens;
  };
  /** Beyond the second that a snapshot may be old. */
  const later = (ms = 2_000) => world.pass(ms);
  const key = `asset#${idOf(moving)}`;
  const edit = (change: (record: EntityRecord) => EntityRecord) =>
    world.tables.records.set(key, change(world.tables.records.get(key) as EntityRecord));
  later();
  return {
    world,
    service,
    exact,
    tokens,
    later,
    key,
    edit,
    counted: () => calls.filter((name) => name === 'listings.holdings').length,
  };
}

describe('a page of a list is complete (rule COLLECT-5)', () => {
  test('not before the collection was enumerated', async () => {
    const { exact } = await wholeWorld({ enumerated: false });
    expect(await exact({ owner: before })).toBeNull();
    expect(await exact({ collection: villas })).toBeNull();
  });

  test('once it is whole: at the cursor, of one collection and of all', async () => {
    const { service, exact } = await wholeWorld();
    expect(await exact({ owner: before })).toBe(start);
    expect(await exact({ owner: before }, service, [villas, tickets])).toBe(start);
    expect(await exact({ collection: villas })).toBe(start);
    // A question about no collection is answered about none.
    expect(await exact({ owner: before }, service, [])).toBeNull();
  });

  test('of a collection that is not configured never', async () => {
    const { service, exact } = await wholeWorld();
    expect(await exact({ owner: before }, service, [villas, 'f'.repeat(64)])).toBeNull();
  });

  test('not while a reader is ahead of sync with a token that has come or gone', async () => {
    const { world, service, exact, later } = await wholeWorld();
    world.setHeight(movedAt);
    await lookup({ kind: 'asset', id: idOf(moving) }, noCache, service);
    later();
    for (const list of [{ owner: before }, { owner: after }, { collection: villas }])
      expect(await exact(list)).toBeNull();
    await runTick(service);
    later();
    for (const list of [{ owner: before }, { owner: after }, { collection: villas }])
      expect(await exact(list)).toBe(movedAt);
  });

  test('not where a token changes hands between the list and its records', async () => {
    const { world, service, exact } = await wholeWorld();
    world.setHeight(movedAt);
    const { byOwner } = service.listings;
    const listings = {
      ...service.listings,
      async byOwner(...asked: Parameters<typeof byOwner>) {
        const listed = await byOwner(...asked);
        await lookup({ kind: 'asset', id: idOf(moving) }, noCache, service);
        return listed;
      },
    };
    expect(await exact({ owner: before }, { ...service, listings })).toBeNull();
  });

  test.each<[string, (record: EntityRecord) => EntityRecord]>([
    ['was edited', (record) => ({ ...record, value: { ...record.value, assetValue: '1' } })],
    ['is of another definition', (record) => ({ ...record, definition: 'earlier' })],
    ['is too large', (record) => ({ ...record, value: null, digest: digestOf(null), tooLarge: true })],
  ])('not where a record of it %s', async (_, change) => {
    const { exact, edit } = await wholeWorld();
    edit(change);
    expect(await exact({ owner: before })).toBeNull();
    expect(await exact({ collection: villas })).toBeNull();
  });

  test('not where a record of it was deleted from outside', async () => {
    const { world, exact, key } = await wholeWorld();
    world.tables.records.delete(key);
    expect(await exact({ owner: before })).toBeNull();
    expect(await exact({ collection: villas })).toBeNull();
  });

  test('not while any token of the collection is in conflict, whatever its owner', async () => {
    const { world, service, exact, later, key } = await wholeWorld();
    const record = world.tables.records.get(key) as EntityRecord;
    const { height, hash } = record.block;
    const compared = {
      height,
      hash,
      sequence: record.sequence,
      listed: { owner: record.owner, exists: true, doubtful: false, fork: record.fork },
    };
    const mark = { id: 'c', state: 'open', chainDigest: 'd' } as const;
    await service.records.save({ ...record, conflict: mark }, compared, undefined);
    later();
    for (const list of [{ owner: before }, { owner: 'another' }, { collection: villas }])
      expect(await exact(list)).toBeNull();
    expect(await exact({ collection: tickets }, service, [tickets])).toBe(start);
    expect(
      (await findListed({ kind: 'asset', list: { owner: before }, limit: 9, collections: [villas] }, service))
        .collections,
    ).toMatchObject([{ state: 'broken', through: null, reason: expect.stringContaining('in conflict') }]);
    await service.records.save(record, { ...compared, listed: { ...compared.listed, doubtful: true } }, undefined);
    later();
    expect(await exact({ owner: before })).toBe(start);
  });

  test('not on a cursor so far behind that rows which have gone since may have expired', async () => {
    const { world, exact, later } = await wholeWorld();
    later(6 * 86_400_000);
    expect(await exact({ owner: before })).toBe(start);
    const { head, ...progress } = world.tables.progress;
    if (head === null) throw new Error('no head is known');
    const timestamp = new Date(Date.parse(head.timestamp) + 6 * 86_400_000).toISOString();
    world.tables.progress = { ...progress, head: { ...head, height: head.height + 1, timestamp } };
    later();
    expect(await exact({ owner: before })).toBeNull();
  });

  test('of several collections through the last block that all have, and only where each is known from there on', () => {
    const at = (through: number | null, block: number) =>
      ({
        through: through === null ? null : { height: through, hash: '', timestamp: '' },
        enumeration: { block: { height: block } },
      }) as WholeLists;
    expect(commonThrough([at(50, 10), at(48, 20)])?.height).toBe(48);
    expect(commonThrough([at(50, 50), at(48, 20)])).toBeNull();
    expect(commonThrough([at(50, 10), at(null, 20)])).toBeNull();
    expect(commonThrough([])).toBeNull();
  });
});

describe('the counts of a collection (rule COLLECT-6)', () => {
  const trueCounts = (height: number) => listsAt(height, truth).counts(villas);

  test('are made once, and hold at later blocks while none of its tokens is touched', async () => {
    const { world, service, tokens, later, counted } = await wholeWorld();
    expect(await tokens()).toMatchObject({ ...trueCounts(start), block: { height: start } });
    expect(counted()).toBe(1);
    for (let height = start + 1; height < movedAt; height += 1) {
      world.setHeight(height);
      await runTick(service);
      later(61_000);
      expect(await tokens()).toMatchObject({ ...trueCounts(height), block: { height } });
    }
    const soFar = counted();
    world.setHeight(movedAt);
    await runTick(service);
    later(61_000);
    expect(await tokens()).toMatchObject({ ...trueCounts(movedAt), block: { height: movedAt } });
    expect(counted()).toBe(soFar + 1);
  });

  test('are not made again within a minute: the earlier ones are given, with their own block', async () => {
    const { world, service, tokens, later, counted } = await wholeWorld();
    await tokens();
    world.setHeight(movedAt);
    await runTick(service);
    later();
    expect(await tokens()).toMatchObject({ ...trueCounts(start), block: { height: start } });
    expect(counted()).toBe(1);
    later(61_000);
    expect(await tokens()).toMatchObject({ ...trueCounts(movedAt), block: { height: movedAt } });
  });

  test('are not called exact where a token changed above the cursor', async () => {
    const { world, service, tokens, later } = await wholeWorld();
    world.setHeight(movedAt);
    await lookup({ kind: 'asset', id: idOf(moving) }, noCache, service);
    later();
    expect(await tokens()).toMatchObject({ tracked: null, burnt: null, holders: null, block: null });
  });

  test('name no block where the collection is not whole: they say what the database has', async () => {
    const { service, tokens } = await wholeWorld({ enumerated: false });
    await lookup({ kind: 'asset', id: idOf(moving) }, noCache, service);
    const { tracked, holders, block, whole } = await tokens();
    expect({ tracked, holders, block, state: whole.state }).toEqual({
      tracked: 1,
      holders: 1,
      block: null,
      state: 'none',
    });
  });

  test('are made at once when the collection has become whole; until then, none are given', async () => {
    const { service, tokens, later } = await wholeWorld({ enumerated: false });
    expect(await tokens()).toMatchObject({ tracked: 0, block: null, whole: { state: 'none' } });
    await makeWhole(truth, service);
    later();
    const { clock, progress } = service;
    const held = `count whole ${villas}`;
    await progress.takeLease(held, 'another process', clock.now(), clock.now() + 1_000);
    expect(await tokens()).toMatchObject({ tracked: null, burnt: null, holders: null, block: null });
    later();
    expect(await tokens()).toMatchObject({ ...trueCounts(start), block: { height: start }, whole: { state: 'whole' } });
  });

  test('are made again when a record is corrected, or the collection is enumerated anew', async () => {
    const { service, tokens, later, counted } = await wholeWorld();
    await tokens();
    await service.listings.touch([villas], { fork: 0, height: start + 1 });
    later(61_000);
    await tokens();
    expect(counted()).toBe(2);
    await makeWhole(truth, service);
    later(61_000);
    await tokens();
    expect(counted()).toBe(3);
  });

  test('and an hour later in any case', async () => {
    const { tokens, later, counted } = await wholeWorld();
    await tokens();
    later(3_599_000);
    await tokens();
    expect(counted()).toBe(1);
    later(2_000);
    await tokens();
    expect(counted()).toBe(2);
  });

  test('are no part of the entity tag as far as their block goes, and missing where the store fails', async () => {
    const { world, service, later } = await wholeWorld();
    const answered = async (by: Running = service) =>
      withTokens(await lookup({ kind: 'collection', id: villas }, defaultReadOptions, service), by);
    const first = await answered();
    world.setHeight(start + 1);
    await runTick(service);
    later();
    const second = await answered();
    if (movedAt > start + 1) expect(second.tagged).toEqual(first.tagged);
    expect(JSON.stringify(second.data)).not.toBe(JSON.stringify(second.tagged));
    const { StoreUnavailable } = await import('../../../lib/domain/errors.ts');
    later();
    const listings = { ...service.listings, counts: () => Promise.reject(new StoreUnavailable('away')) };
    expect((await answered({ ...service, listings })).data).toMatchObject({ packageHash: villas, tokens: null });
  });
});
