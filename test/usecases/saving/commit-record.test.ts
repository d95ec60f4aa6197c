import { afterEach, describe, expect, test } from '@jest/globals';
import { firstBrokenLink } from '../../../lib/domain/audit-chain.ts';
import { digestOf } from '../../../lib/domain/digest.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import { defaultReadOptions } from '../../../lib/domain/freshness.ts';
import { ofDispute } from '../../../lib/domain/proof.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { lookup } from '../../../lib/usecases/reading/lookup.ts';
import { startService, type TestService } from '../../support/service.ts';

const villas = 'fb0cd3cdbf3fc3fd4544f410a6617bcdcd42a97ac568dc530a85bf61e5cdb101';
const villa = { kind: 'asset', id: `${villas}:0` };
const neighbour = { kind: 'asset', id: `${villas}:1` };
const key = refKey(villa);
const basisKey = `basis#layout:${villas}`;
const fromChain = { ...defaultReadOptions, noCache: true };

let running: TestService;
let calls: string[] = [];
let beforeCall: ((name: string) => void) | undefined;
afterEach(() => {
  beforeCall = undefined;
  return running.close();
});

/** The store already has the basis of the collection: what follows is the save of one token. */
async function start(height: number): Promise<TestService> {
  running = await startService({
    height,
    onCall: (name) => {
      calls.push(name);
      beforeCall?.(name);
    },
  });
  await lookup(neighbour, fromChain, running.service);
  calls = [];
  return running;
}

const recordAt = (height: number): EntityRecord => {
  const record = running.store.tables.records.get(key);
  if (record === undefined) throw new Error('no record');
  return { ...record, block: { ...record.block, height } };
};

/** The record with another owner and the digest of that value. */
const holding = (record: EntityRecord, owner: string): EntityRecord => {
  const value = { ...record.value, owner };
  return { ...record, value, digest: digestOf(value) };
};

const cached = () => running.store.tables.cache.get(key)?.entry;
const ownerOf = (value: object | null | undefined) => (value as { owner?: string } | null | undefined)?.owner;

describe('a lookup saves what it read', () => {
  test('rules SAVE-1 to SAVE-4: watches first, presence items before rows, then the mark, the record, the cache entry', async () => {
    const { service } = await start(60);
    await lookup(villa, fromChain, service);
    const order = ['watches.put', 'watches.presence', 'watches.row', 'progress.read', 'records.save', 'cache.put'];
    const writing = calls.slice(calls.indexOf('watches.put')).filter((name) => order.includes(name));
    expect([...new Set(writing)]).toEqual(order);
    expect(writing.lastIndexOf('watches.presence')).toBeLessThan(writing.indexOf('watches.row'));
    expect(writing.lastIndexOf('watches.row')).toBeLessThan(writing.indexOf('progress.read'));
  });

  test('rule SAVE-1: with a watch on every key that was read, and the watches of the collection on its basis', async () => {
    const { service, store } = await start(60);
    await lookup(villa, fromChain, service);
    const record = recordAt(60);
    expect(record.readSet).toHaveLength(4);
    for (const stateKey of record.readSet)
      expect([...(store.tables.watches.get(stateKey)?.keys() ?? [])]).toEqual(['!', key]);
    expect(record.bases.map(({ name }) => name)).toEqual([`layout:${villas}`]);
    const basis = store.tables.records.get(basisKey);
    for (const stateKey of basis?.readSet ?? []) expect(store.tables.watches.get(stateKey)?.has(basisKey)).toBe(true);
    expect(basis).toMatchObject({ changedAt: 60, sequence: 1, block: { height: 60 } });
  });

  test('rule TRACK-3: with watches that expire five days after the record is no longer tracked', async () => {
    const { service, store } = await start(60);
    await lookup(villa, fromChain, service);
    const { readSet, trackedUntil } = recordAt(60);
    const fiveDays = 5 * 86_400;
    const expiry = Math.ceil(Date.parse(trackedUntil) / 1_000) + fiveDays;
    const rows = readSet.map((stateKey) => store.tables.watches.get(stateKey));
    expect(rows.map((row) => [row?.get(key), row?.get('!')])).toEqual(readSet.map(() => [expiry, expiry]));
  });

  test.each(['watches.presence', 'watches.row', 'progress.read', 'records.save', 'cache.put'])(
    'rules SAVE-1 to SAVE-4: and takes no later step when %s fails; the answer goes out',
    async (failing) => {
      const { service, store } = await start(60);
      await service.snapshots.current();
      let failed = false;
      beforeCall = (name) => {
        if (name !== failing || (failing === 'progress.read' && !calls.includes('watches.row'))) return;
        failed = true;
        throw new StoreUnavailable('switched off');
      };
      const answer = await lookup(villa, fromChain, service);
      expect(failed).toBe(true);
      expect(answer).toMatchObject({ source: 'chain', stale: false, block: { height: 60 } });
      const steps = ['watches.presence', 'watches.row', 'progress.read', 'records.save', 'cache.put'];
      const later = steps.slice(steps.indexOf(failing) + 1);
      const after = calls.slice(calls.indexOf('watches.put') + 1);
      expect(after.filter((name) => later.includes(name))).toEqual([]);
      expect(store.tables.records.has(key)).toBe(failing === 'cache.put');
      expect(cached()).toBeUndefined();
    },
  );
});

describe('a later reading', () => {
  test('of the same value moves block and read set, without an audit entry', async () => {
    const { service, node, store } = await start(60);
    await lookup(villa, fromChain, service);
    node.setHeight(70);
    await lookup(villa, fromChain, service);
    expect(recordAt(70)).toEqual(store.tables.records.get(key));
    expect(store.tables.audit.get(key)).toHaveLength(1);
    expect(cached()).toMatchObject({ sequence: 1, block: { height: 70 } });
  });

  test('rule ITEM-3: of another value is a change with one audit entry, chained to the one before', async () => {
    const { service, node, store } = await start(30);
    for (const height of [30, 31, 32, 51, 81]) {
      node.setHeight(height);
      await lookup(villa, fromChain, service);
    }
    const audit = store.tables.audit.get(key) ?? [];
    expect(audit.map(({ sequence, block }) => [sequence, block?.height])).toEqual([
      [1, 30],
      [2, 31],
      [3, 32],
      [4, 51],
      [5, 81],
    ]);
    expect(firstBrokenLink(audit)).toBeUndefined();
    expect(Object.keys(audit[1]?.after ?? {})).toEqual(['owner']);
    expect(recordAt(81)).toMatchObject({ sequence: 5, auditHead: audit[4]?.digest });
  });

  test('that finds nothing where there was a record keeps the value and opens a conflict', async () => {
    const { service, store, node } = await start(60);
    await lookup(villa, fromChain, service);
    store.tables.records.set(refKey({ ...villa, id: `${villas}:77` }), {
      ...recordAt(60),
      ref: { ...villa, id: `${villas}:77` },
    });
    node.setHeight(61);
    const answer = await lookup({ ...villa, id: `${villas}:77` }, fromChain, service);
    const record = store.tables.records.get(refKey({ ...villa, id: `${villas}:77` }));
    expect(answer.data).toBeNull();
    expect(record).toMatchObject({ value: recordAt(60).value, sequence: 1, block: { height: 60 } });
    expect(record?.conflict).toMatchObject({ id: answer.conflict, state: 'open' });
  });
});

test('rule KIND-1: an absence without a record is cached, and nothing else is written', async () => {
  const { service, store } = await start(60);
  const records = store.tables.records.size;
  const answer = await lookup({ ...villa, id: `${villas}:99` }, fromChain, service);
  expect(answer.data).toBeNull();
  expect(store.tables.cache.get(refKey({ ...villa, id: `${villas}:99` }))?.entry).toMatchObject({
    value: null,
    sequence: 0,
  });
  expect(store.tables.records.size).toBe(records);
  expect(calls.filter((name) => name.startsWith('watches') || name === 'records.save')).toEqual([]);
});

describe('rule SAVE-2: when sync has begun a batch beyond the block', () => {
  test('the entity is read again at the mark or later, and saved there', async () => {
    const { service, store, node } = await start(50);
    beforeCall = (name) => {
      if (name !== 'watches.row' || store.tables.progress.mark !== null) return;
      store.tables.progress = { ...store.tables.progress, mark: 52 };
      node.setHeight(52);
    };
    const answer = await lookup(villa, fromChain, service);
    expect(answer.block.height).toBe(52);
    expect(recordAt(52)).toEqual(store.tables.records.get(key));
    expect(calls.filter((name) => name === 'watches.put')).toHaveLength(2);
  });

  test('and no node has that block, the answer goes out and nothing is saved', async () => {
    const { service, store } = await start(50);
    store.tables.progress = { ...store.tables.progress, mark: 52 };
    const answer = await lookup(villa, fromChain, service);
    expect(answer).toMatchObject({ source: 'chain', block: { height: 50 } });
    expect(store.tables.records.has(key)).toBe(false);
    expect(cached()).toBeUndefined();
  });
});

describe('rule SAVE-3: a writer that loses the race', () => {
  test('to a record at or after its block puts the entry of the winner', async () => {
    const { service, node, store } = await start(30);
    await lookup(villa, fromChain, service);
    const winner = holding({ ...recordAt(40), sequence: 2 }, 'account-hash-winner');
    node.setHeight(31);
    beforeCall = (name) => void (name === 'records.save' && store.tables.records.set(key, winner));
    await lookup(villa, fromChain, service);
    expect(store.tables.records.get(key)).toEqual(winner);
    expect(cached()).toMatchObject({ sequence: 2, block: { height: 40 }, value: { owner: 'account-hash-winner' } });
  });

  test('to a record of an earlier block compares with it again, and saves over it', async () => {
    const { service, node, store } = await start(30);
    await lookup(villa, fromChain, service);
    const winner = { ...recordAt(31), sequence: 2, auditHead: 'head-of-winner' };
    node.setHeight(40);
    let raced = false;
    beforeCall = (name) => {
      if (name !== 'records.save' || raced) return;
      raced = true;
      store.tables.records.set(key, winner);
    };
    await lookup(villa, fromChain, service);
    expect(recordAt(40)).toMatchObject({ sequence: 3 });
    expect(store.tables.audit.get(key)?.at(-1)).toMatchObject({ sequence: 3, previousDigest: 'head-of-winner' });
  });
});

test('rule SAVE-5: another value at the same block is neither overwritten nor cached', async () => {
  const { service, store } = await start(60);
  await lookup(villa, fromChain, service);
  const wrong = holding(recordAt(60), 'account-hash-wrong');
  store.tables.records.set(key, wrong);
  const answer = await lookup(villa, fromChain, service);
  expect(ownerOf(answer.data)).not.toBe('account-hash-wrong');
  expect(answer.conflict).toMatch(/^[0-9a-f]{64}$/);
  const marked = {
    ...wrong,
    held: [],
    // Rule PROOF-2.
    proof: ofDispute,
    conflict: { id: answer.conflict, state: 'open', chainDigest: expect.any(String) },
  };
  expect(store.tables.records.get(key)).toEqual(marked);
  expect(cached()).toMatchObject({ sequence: 1, conflict: { id: answer.conflict } });
});

test('rule ITEM-4: a record of another definition is replaced at equal height, without a conflict', async () => {
  const { service, store } = await start(60);
  await lookup(villa, fromChain, service);
  store.tables.records.set(key, holding({ ...recordAt(60), definition: 'older' }, 'earlier-owner'));
  await lookup(villa, fromChain, service);
  expect(recordAt(60)).toMatchObject({ sequence: 2 });
  expect(ownerOf(recordAt(60).value)).toMatch(/^account-hash-07057c/);
});

test('rule BASIS-2: a reader creates a basis that is not stored, and never moves a stored one', async () => {
  const { service, store, node } = await start(60);
  node.setHeight(70);
  await lookup(villa, fromChain, service);
  expect(store.tables.records.get(basisKey)).toMatchObject({ changedAt: 60, block: { height: 60 }, sequence: 1 });
});

test('rule CLAIM-8: a process that reads at a lower block does not replace a record of a higher block', async () => {
  const { service, node, store, another } = await start(81);
  await lookup(villa, fromChain, service);
  node.setHeight(78);
  const late = await lookup(villa, fromChain, another());
  expect(recordAt(81)).toEqual(store.tables.records.get(key));
  expect(late).toMatchObject({ source: 'database', stale: true, block: { height: 81 } });
});
