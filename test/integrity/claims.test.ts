import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf } from '../../lib/domain/digest.ts';
import { refKey } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { LOGIC_VERSION, noProgress, type Progress } from '../../lib/domain/progress.ts';
import type { CacheEntry, EntityRecord } from '../../lib/domain/record.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { type Network, startNetwork, truth, villa, villas } from './network.ts';

const day = 86_400_000;
const fromChain = { ...defaultReadOptions, noCache: true };
const asKept = { ...defaultReadOptions, maxStale: Number.POSITIVE_INFINITY };
const key = refKey(villa(0));
const basisKey = `basis#layout:${villas}`;
const upgraded = { contractHash: 'cc'.repeat(32) };

let running: Network;
let meanwhile: ((name: string) => void) | undefined;
beforeEach(async () => {
  meanwhile = undefined;
  running = await startNetwork({ height: 60, onCall: (name) => meanwhile?.(name) });
});
afterEach(() => running.close());

const stored = (of = key): EntityRecord => {
  const record = running.store.tables.records.get(of);
  if (record === undefined) throw new Error(`no record of ${of}`);
  return structuredClone(record);
};

function followedThrough(height: number, changed: Partial<Progress> = {}): void {
  const head = { ...truth.block(80), seenAt: new Date(running.service.clock.now()).toISOString() };
  const cursor = truth.block(height);
  const followed = {
    cursor,
    mark: height,
    followedFrom: 10,
    logicVersion: LOGIC_VERSION,
    head,
    network: running.node.chainName,
  };
  running.store.tables.progress = { ...noProgress, ...followed, ...changed };
}

const changeBasis = (changed: Partial<EntityRecord>): void =>
  void running.store.tables.records.set(basisKey, { ...stored(basisKey), ...changed });

function changeEntry(changed: Partial<CacheEntry>): void {
  const kept = running.store.tables.cache.get(key);
  if (kept === undefined) throw new Error('no entry');
  running.store.tables.cache.set(key, { ...kept, entry: { ...kept.entry, ...changed } });
}

/** What a process that has just started says of the entry, without asking a node; `read`: the block of its newest part. */
async function claimed(read = 60) {
  const { source, block, verifiedThrough, data } = await lookup(villa(0), asKept, running.another());
  expect({ source, read: block.height }).toEqual({ source: 'cache', read });
  return { through: verifiedThrough.height, contractHash: (data as { contractHash: string }).contractHash };
}

const asRead = truth.contractHash(villas, 60);

describe('an entry, and the layout that it depends on (rules CLAIM-2, CLAIM-3)', () => {
  beforeEach(async () => {
    await lookup(villa(0), defaultReadOptions, running.service);
    expect(stored(basisKey)).toMatchObject({ changedAt: 60, block: { height: 60 } });
    followedThrough(70);
  });

  test('hold through the cursor while neither was written', async () => {
    expect(await claimed()).toEqual({ through: 70, contractHash: asRead });
  });

  /** At block 80 the layout joins another contract. */
  function moveBeyond(changed: Partial<EntityRecord>): void {
    const moved = { ...stored(basisKey).value, joined: upgraded };
    changeBasis({ block: truth.block(80), value: moved, digest: digestOf(moved), ...changed });
  }

  test('hold for the entry’s own block when the layout has been read beyond the cursor, and it is not known since when it joins this', async () => {
    const { changes: _, ...kept } = stored(basisKey);
    running.store.tables.records.set(basisKey, kept);
    moveBeyond({});
    expect(await claimed()).toEqual({ through: 60, contractHash: asRead });
    followedThrough(80);
    expect(await claimed(80)).toEqual({ through: 80, ...upgraded });
  });

  test.each([
    [80, 70],
    [71, 70],
    [70, 69],
    [65, 64],
  ])('hold with what the layout joined then, when it joins another contract from block %i on', async (at, through) => {
    const changes = stored(basisKey).changes as NonNullable<EntityRecord['changes']>;
    const joined = { ...changes.joined, before: [truth.block(at - 1)] };
    moveBeyond({ changes: { ...changes, joined } });
    expect(await claimed()).toEqual({ through, contractHash: asRead });
    followedThrough(80);
    expect(await claimed(80)).toEqual({ through: 80, ...upgraded });
  });

  test.each<readonly [string, (at: number) => Partial<EntityRecord>]>([
    ['is not tracked any more', (now) => ({ trackedUntil: new Date(now - 1).toISOString() })],
    ['is of another definition', () => ({ definition: 'another' })],
    ['was written under another logic version', () => ({ logicVersion: LOGIC_VERSION + 1 })],
    ['was changed after the entry was read', () => ({ changedAt: 61 })],
  ])('hold for the entry’s own block when the layout %s', async (_why, changed) => {
    changeBasis(changed(running.service.clock.now()));
    expect(await claimed()).toEqual({ through: 60, contractHash: asRead });
  });

  test('hold for the entry’s own block when the layout was read on an abandoned fork', async () => {
    changeEntry({ fork: 1 });
    followedThrough(70, { fork: 1, rewinds: [{ fork: 1, height: 50 }] });
    expect(await claimed()).toEqual({ through: 60, contractHash: asRead });
    changeBasis({ fork: 1 });
    expect(await claimed()).toEqual({ through: 70, contractHash: asRead });
  });

  test.each([LOGIC_VERSION - 1, LOGIC_VERSION + 1])(
    'hold for its own block when it was written under logic version %i (rule ITEM-5)',
    async (logicVersion) => {
      changeEntry({ logicVersion });
      expect((await claimed()).through).toBe(60);
    },
  );
});

describe('a basis that is stored', () => {
  const watchedUntil = () =>
    stored(basisKey).readSet.map((stateKey) => running.store.tables.watches.get(stateKey)?.get(basisKey) ?? 0);

  test('is renewed by a reading when ten days are left: watches and date, and nothing else (rule TRACK-2)', async () => {
    await lookup(villa(0), defaultReadOptions, running.service);
    const before = stored(basisKey);
    const watched = watchedUntil();
    running.pass(20 * day - 60_000);
    await lookup(villa(0), fromChain, running.service);
    expect([stored(basisKey), watchedUntil()]).toEqual([before, watched]);
    running.pass(61_000);
    await lookup(villa(0), fromChain, running.service);
    const after = stored(basisKey);
    expect(Date.parse(after.trackedUntil) - Date.parse(before.trackedUntil)).toBeGreaterThan(day);
    expect(after).toEqual({ ...before, trackedUntil: after.trackedUntil });
    expect(watched.length).toBeGreaterThan(0);
    for (const [index, until] of watchedUntil().entries())
      expect(until - (watched[index] ?? 0)).toBeGreaterThanOrEqual(day / 1000);
    expect(running.store.tables.audit.get(basisKey)).toHaveLength(1);
  });

  test('is not renewed once its date has passed: a write since then would be missed (rule TRACK-2)', async () => {
    await lookup(villa(0), defaultReadOptions, running.service);
    const before = stored(basisKey);
    running.pass(31 * day);
    await lookup(villa(0), fromChain, running.service);
    expect(stored(basisKey)).toEqual(before);
    running.node.setHeight(80);
    followedThrough(80);
    expect((await lookup(villa(0), asKept, running.another())).verifiedThrough.height).toBe(60);
  });
});

test('an entity that was read while the fork changed is read again and saved under the new fork (rule SAVE-2)', async () => {
  await lookup(villa(1), fromChain, running.service);
  const calls: string[] = [];
  meanwhile = (name) => {
    calls.push(name);
    if (name === 'watches.row') running.store.tables.progress = { ...running.store.tables.progress, fork: 1 };
  };
  expect(await lookup(villa(0), fromChain, running.service)).toMatchObject({ source: 'chain' });
  expect(stored()).toMatchObject({ fork: 1, block: { height: 60 } });
  expect(running.store.tables.cache.get(key)?.entry.fork).toBe(1);
  expect(calls.filter((name) => name === 'watches.put')).toHaveLength(2);
});
