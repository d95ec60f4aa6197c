import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EntityRef, refKey } from '../../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { createService, type Running } from '../../../lib/runtime/service.ts';
import { warm } from '../../../lib/usecases/reading/hot-keys.ts';
import { invalidatePattern, renewOwned } from '../../../lib/usecases/reading/invalidate.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { recordedTruth } from '../../support/recorded-truth.ts';
import { startService, type TestService } from '../../support/service.ts';
import { plantOwned } from './plant-owned.ts';

const truth = recordedTruth('chain-a');
const height = 60;
const tokens = truth.tokens
  .filter((token) => truth.asset(token, height) !== null)
  .map(({ packageHash, tokenId }) => ({ kind: 'asset', id: `${packageHash}:${tokenId}` }));
const accounts = truth.accounts
  .map(({ id }) => ({ kind: 'account', id }))
  .filter(({ id }) => truth.account(id, height));
const [villas = '', tickets = ''] = truth.collections.map(({ packageHash }) => packageHash);
const of = (collection: string) => tokens.filter(({ id }) => id.startsWith(`${collection}:`));
const ownerOf = (id: string): string => {
  const token = truth.tokens.find(({ packageHash, tokenId }) => `${packageHash}:${tokenId}` === id);
  return String(token && truth.asset(token, height)?.owner);
};

let running: TestService;
let service: Running;
/** The entities whose refresh was requested. */
let asked: EntityRef[];
let meanwhile: ((name: string) => void) | undefined;
beforeEach(async () => {
  asked = [];
  meanwhile = undefined;
  running = await startService({
    height,
    onCall: (name) => meanwhile?.(name),
  });
  service = another();
});
afterEach(() => running.close());

function another(): Running {
  const { config, clock } = running.service;
  const refresher = { request: async (ref: EntityRef) => void asked.push(ref) };
  return createService(config, { clock, store: running.store, refresher });
}

const read = (ref: EntityRef, by = service) => lookup(ref, defaultReadOptions, by);
const readAll = async (refs: readonly EntityRef[], by = service) => {
  for (const ref of refs) await read(ref, by);
};
/** The source of the answer in a process that has just started. */
const sources = async (refs: readonly EntityRef[]) => {
  const by = another();
  return Promise.all(refs.map(async (ref) => (await read(ref, by)).source));
};
const all = (source: string, refs: readonly EntityRef[]) => refs.map(() => source);

/** A minute later the process reports its hot keys with the next read. */
async function reportHotKeysAMinuteLater(): Promise<void> {
  running.pass(60_000);
  await read(accounts[0] ?? { kind: '', id: '' });
}

describe('a collection that is invalidated (rule TRACK-4)', () => {
  beforeEach(() => readAll([...tokens, ...accounts]));

  test('is read again from the chain, and nothing else is', async () => {
    expect(await sources(tokens)).toEqual(all('cache', tokens));
    const { marker } = await invalidatePattern({ kind: 'asset', prefix: `${villas}:` }, service);
    expect(marker).toEqual({ kind: 'asset', prefix: `${villas}:`, height });
    expect(of(villas).length).toBeGreaterThan(0);
    expect(of(tickets).length).toBeGreaterThan(0);
    expect(await sources(of(villas))).toEqual(all('chain', of(villas)));
    expect(await sources(of(tickets))).toEqual(all('cache', of(tickets)));
    expect(await sources(accounts)).toEqual(all('cache', accounts));
  });

  test('is cached again once it was read at a later block', async () => {
    await invalidatePattern({ kind: 'asset', prefix: `${villas}:` }, service);
    running.node.setHeight(height + 1);
    running.pass(1_100);
    expect(await sources(of(villas))).toEqual(all('chain', of(villas)));
    expect(await sources(of(villas))).toEqual(all('cache', of(villas)));
  });

  test('is dropped from the memory of each process within a second', async () => {
    const [villa] = of(villas);
    if (villa === undefined) throw new Error('no token');
    await invalidatePattern({ kind: 'asset', prefix: `${villas}:` }, another());
    running.pass(1_100);
    expect((await read(villa)).source).toBe('chain');
  });

  test('keeps its entries, records and watches: only a marker and its audit entry are written', async () => {
    const { cache, records, watches } = structuredClone(running.store.tables);
    await invalidatePattern({ kind: 'asset', prefix: '' }, service, 'a caller');
    expect(running.store.tables).toMatchObject({ cache, records, watches });
    expect(running.store.tables.progress.invalidations).toEqual([{ kind: 'asset', prefix: '', height }]);
    expect(running.store.tables.audit.get('service#invalidations')).toMatchObject([
      { cause: 'review', actor: 'a caller', after: { kind: 'asset', prefix: '', height }, block: null },
    ]);
  });

  test('up to the newest known block: the head, the cursor or the mark', async () => {
    const { tables } = running.store;
    const marked = async () => (await invalidatePattern({ kind: 'staking', prefix: '' }, another())).marker.height;
    expect(await marked()).toBe(60);
    tables.progress = { ...tables.progress, cursor: truth.block(61) };
    expect(await marked()).toBe(61);
    tables.progress = { ...tables.progress, mark: 62 };
    expect(await marked()).toBe(62);
    running.node.setHeight(63);
    const by = another();
    await lookup(accounts[0] ?? { kind: '', id: '' }, { ...defaultReadOptions, noCache: true }, by);
    tables.progress = { ...tables.progress, head: null };
    expect((await invalidatePattern({ kind: 'staking', prefix: '' }, by)).marker.height).toBe(63);
  });

  test('refreshes its hot keys, and nothing else', async () => {
    const hot = [...of(villas).slice(0, 2), ...of(tickets).slice(0, 1)];
    for (let round = 0; round < 5; round += 1) await readAll(hot);
    await reportHotKeysAMinuteLater();
    asked.length = 0;
    const { warmed } = await invalidatePattern({ kind: 'asset', prefix: `${villas}:` }, service);
    const villasHot = (await running.store.progress.hotKeys(service.clock.now())).filter((key) => key.includes(villas));
    expect(villasHot.slice(0, 2).sort()).toEqual(hot.slice(0, 2).map(refKey).sort());
    expect(asked.map(refKey).sort()).toEqual([...villasHot].sort());
    expect(warmed).toBe(villasHot.length);
    expect(service.telemetry.counts()).toMatchObject({ Warmed: warmed });
  });
});

describe('the invalidation of an owner’s records', () => {
  const [owner = '', owned = []] =
    [...Map.groupBy(tokens, ({ id }) => ownerOf(id))].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const request = { owner, kinds: ['asset'] };
  beforeEach(() => readAll([...tokens]));

  const entryHeights = () => owned.map((ref) => running.store.tables.cache.get(refKey(ref))?.entry.block.height);

  test('reads them again one by one, and puts them into the cache', async () => {
    expect(owned.length).toBeGreaterThan(2);
    running.node.setHeight(height + 1);
    expect(await renewOwned(request, service)).toEqual({ renewed: owned.length, remaining: 0, last: null });
    expect(entryHeights()).toEqual(owned.map(() => height + 1));
    const others = tokens.filter(({ id }) => ownerOf(id) !== owner);
    expect(others.map((ref) => running.store.tables.cache.get(refKey(ref))?.entry.block.height)).toEqual(
      others.map(() => height),
    );
    expect(await sources(owned)).toEqual(all('cache', owned));
  });

  test('continues after the last one', async () => {
    const inOrder = [...owned].sort((a, b) => (a.id < b.id ? -1 : 1));
    const after = inOrder[0];
    running.node.setHeight(height + 1);
    expect(await renewOwned({ ...request, after }, service)).toEqual({
      renewed: owned.length - 1,
      remaining: 0,
      last: null,
    });
    expect(inOrder.map((ref) => running.store.tables.cache.get(refKey(ref))?.entry.block.height)).toEqual([
      height,
      ...inOrder.slice(1).map(() => height + 1),
    ]);
  });

  test('gets an audit entry each time, with the owner and the number of records', async () => {
    const trail = () => running.store.tables.audit.get('service#invalidations') ?? [];
    await renewOwned(request, service, 'a caller');
    const summary = { ...request, renewed: owned.length, remaining: 0, at: expect.any(String) };
    expect(trail()).toMatchObject([{ cause: 'review', actor: 'a caller', before: null, after: summary, block: null }]);
    running.pass(1_000);
    await renewOwned(request, service, 'a caller');
    expect(trail().map(({ after }) => after)).toEqual([summary, summary]);
  });

  test('includes the owner’s account and staking position, if they have records', async () => {
    const kinds = ['asset', 'account', 'staking'];
    const own = { kind: 'account', id: owner };
    await read(own);
    running.node.setHeight(height + 1);
    expect(await renewOwned({ owner, kinds }, service)).toMatchObject({ renewed: owned.length + 1, remaining: 0 });
    const heightOf = (ref: EntityRef) => running.store.tables.cache.get(refKey(ref))?.entry.block.height;
    expect(entryHeights()).toEqual(owned.map(() => height + 1));
    expect(heightOf(own)).toBe(height + 1);
    expect(running.store.tables.records.has(`staking#${owner}`)).toBe(false);

    await read({ kind: 'staking', id: owner });
    running.node.setHeight(height + 2);
    const behind = { owner, kinds, after: own };
    expect(await renewOwned(behind, service)).toEqual({ renewed: 1, remaining: 0, last: null });
    expect([own, { kind: 'staking', id: owner }].map(heightOf)).toEqual([height + 1, height + 2]);
  });

  test('does not count as answers', async () => {
    const by = another();
    await renewOwned(request, by);
    expect(by.traffic.answers()).toEqual({});
    expect(by.telemetry.counts()).not.toHaveProperty('AnswerFromChain');
  });

  test('does nothing for an unknown owner', async () => {
    expect(await renewOwned({ ...request, owner: `account-hash-${'0'.repeat(64)}` }, service)).toEqual({
      renewed: 0,
      remaining: 0,
      last: null,
    });
  });

  test('fails when no node answers', async () => {
    running.node.fault('down');
    await expect(renewOwned(request, service)).rejects.toMatchObject({ code: 'chain_unavailable' });
  });

  test('reports the remaining records and a cursor when the nodes fail in between', async () => {
    const many = Array.from({ length: 25 }, (_, number) => `${villas}:${String(number).padStart(4, '0')}`);
    const { tables } = running.store;
    const { records } = tables;
    const [sample] = owned.map((ref) => records.get(refKey(ref)));
    if (sample === undefined) throw new Error('no record');
    for (const ref of tokens) records.delete(refKey(ref));
    plantOwned(sample, many, owner, tables);
    let pages = 0;
    meanwhile = (name) => {
      if (name !== 'listings.byOwner') return;
      pages += 1;
      if (pages === 2) running.node.fault('down');
    };
    const found = await renewOwned(request, service);
    expect(found).toEqual({ renewed: 10, remaining: 15, last: { kind: 'asset', id: many[9] } });
  });
});

describe('hot keys', () => {
  const stored = () => running.store.progress.hotKeys(running.service.clock.now());

  test('are reported once a minute, most read first', async () => {
    const [one, two, three] = accounts;
    if (one === undefined || two === undefined || three === undefined) throw new Error('too few accounts');
    const calls: string[] = [];
    meanwhile = (name) => void calls.push(name);
    await readAll([one, two, two, two, three, three]);
    expect(await stored()).toEqual([]);
    running.pass(60_000);
    await read(two);
    expect(await stored()).toEqual([two, three, one].map(refKey));
    await readAll([one, two, three]);
    expect(calls.filter((name) => name === 'progress.saveHotKeys')).toHaveLength(1);
  });

  test('expire: a key that is no longer read is no longer reported', async () => {
    const [one, two] = accounts;
    if (one === undefined || two === undefined) throw new Error('too few accounts');
    await readAll([one, one, one, two]);
    const minutes: (readonly string[])[] = [];
    for (let minute = 0; minute < 5; minute += 1) {
      running.pass(60_000);
      await read(two);
      minutes.push(await stored());
    }
    expect(minutes[0]).toEqual([one, two].map(refKey));
    expect(minutes.at(-1)).toEqual([refKey(two)]);
  });

  test('do not include the reads of a refresh ahead of need', async () => {
    const [one, two] = accounts;
    if (one === undefined || two === undefined) throw new Error('too few accounts');
    for (let time = 0; time < 5; time += 1) await lookup(one, { ...defaultReadOptions, noCache: true }, service);
    running.pass(60_000);
    await read(two);
    await read(two);
    expect(await stored()).toEqual([refKey(two)]);
  });

  test('do not affect an answer when the report fails', async () => {
    const [one] = accounts;
    if (one === undefined) throw new Error('too few accounts');
    await read(one);
    meanwhile = (name) => {
      if (name === 'progress.saveHotKeys') throw new Error('no table');
    };
    running.pass(60_000);
    expect(await read(one)).toMatchObject({ source: 'cache' });
    expect(await stored()).toEqual([]);
  });

  test('are refreshed by one of several processes, up to the limit, and only for known kinds', async () => {
    const keys = [...accounts.map(refKey), 'gone#1'];
    await running.store.progress.saveHotKeys('a process', keys, running.service.clock.now());
    const warmed = await Promise.all([warm({ limit: 3 }, service), warm({ limit: 3 }, another())]);
    expect(warmed[0] + warmed[1]).toBe(3);
    expect(asked.map(refKey).sort()).toEqual(keys.slice(0, 3).sort());
    expect(await warm({ limit: 100 }, another())).toBe(accounts.length - 3);
    expect(asked.map(refKey)).not.toContain('gone#1');
    expect(await warm({ limit: 100, covers: ({ kind }) => kind === 'staking' }, another())).toBe(0);
  });

  test('are refreshed after a change only if they depend on the changed basis', async () => {
    const [one, two] = accounts;
    if (one === undefined || two === undefined) throw new Error('too few accounts');
    for (const ref of [one, two]) await read(ref);
    await running.store.progress.saveHotKeys('a process', [one, two].map(refKey), running.service.clock.now());
    expect(await warm({ limit: 5, dependingOn: ['layout:of something else'] }, service)).toBe(0);
    expect(await warm({ limit: 1, dependingOn: ['era'] }, service)).toBe(1);
    expect(asked.map(refKey)).toEqual([refKey(one)]);
  });
});
