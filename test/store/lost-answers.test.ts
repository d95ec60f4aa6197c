import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Engine, startEngine } from '../../infra/local/engine/engine.ts';
import { emptyLog, placedAfter } from '../../lib/domain/change.ts';
import { noProgress } from '../../lib/domain/progress.ts';
import { cancelled, type Fault, failing, faultyStore, losingFirst, reset } from './faulty.ts';
import {
  blockAt,
  comparedWith,
  conflictOf,
  entryOf,
  enumerationOf,
  eventOf,
  keyEntryOf,
  keySample,
  localChangeOf,
  localSample,
  moveOf,
  recordOf,
  runOf,
  shardProgressOf,
  tickOf,
} from './samples.ts';

let engine: Engine;

beforeAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  engine = await startEngine();
});
afterAll(() => engine.stop());

const faulty = (fault: Fault) => faultyStore(engine, fault);

describe('A write whose answer was lost', () => {
  test('does not lose against itself when a record is saved alone', async () => {
    const { store } = await faulty(losingFirst('PutItemCommand'));
    expect(await store.records.save(recordOf(), undefined, undefined)).toEqual({ won: true });
    const next = recordOf({ height: 11, owner: 'bob', changedAt: 4 });
    expect(await store.records.save(next, comparedWith(recordOf()), undefined)).toEqual({ won: true });
  });

  test('does not lose against itself when a record is saved with its entry, and is made once', async () => {
    const { store } = await faulty(losingFirst('TransactWriteItemsCommand'));
    expect(await store.records.save(recordOf(), undefined, entryOf(recordOf()))).toEqual({ won: true });
    expect(await store.audit.history(recordOf().ref, { limit: 9 })).toHaveLength(1);
  });

  test('does not lose against itself when a lease is taken', async () => {
    const { store } = await faulty(losingFirst('PutItemCommand'));
    expect(await store.progress.takeLease('sync', 'me', 100, 115)).toBe(true);
    expect(await store.progress.takeLease('sync', 'me', 101, 115)).toBe(false);
  });

  test.each([
    ['another owner whose lease ends at the same moment', 'other', 115],
    ['an earlier lease of its own', 'me', 114],
  ])('still loses a lease to %s', async (_, owner, until) => {
    const { fault } = failing('PutItemCommand', 1, reset);
    const { store, whole } = await faulty(fault);
    expect(await whole.progress.takeLease('sync', owner, 100, until)).toBe(true);
    expect(await store.progress.takeLease('sync', 'me', 100, 115)).toBe(false);
    await whole.progress.endLease('sync', owner);
    expect(await whole.progress.leasedUntil('sync', 100)).toBeUndefined();
  });

  test('still loses against another save in between (rule SAVE-3)', async () => {
    const { fault } = failing('PutItemCommand', 1, reset);
    const { store, whole } = await faulty(fault);
    const rival = recordOf({ checkedAt: '2026-01-01T00:00:01.000Z' });
    await whole.records.save(rival, undefined, undefined);
    expect(await store.records.save(recordOf(), undefined, undefined)).toStrictEqual({ won: false, winner: rival });
  });

  test('does not lose against itself when an enumeration moves on', async () => {
    const { store } = await faulty(losingFirst('UpdateItemCommand'));
    expect(await store.collections.change(enumerationOf())).toBe(true);
    expect(await store.collections.change(enumerationOf({ next: 3 }))).toBe(false);
  });

  test('opens a conflict once, and reports it as won', async () => {
    const { store } = await faulty(losingFirst('TransactWriteItemsCommand'));
    const record = recordOf();
    await store.records.save(record, undefined, undefined);
    const marked = { ...record, conflict: { id: 'c1', state: 'open' as const, chainDigest: 'd' } };
    expect(await store.records.save(marked, comparedWith(record), undefined, conflictOf())).toEqual({ won: true });
    expect(await store.conflicts.get('c1')).toStrictEqual(conflictOf());
  });

  test.each([
    ['PutItemCommand', 'awaiting-review'],
    ['TransactWriteItemsCommand', 'open'],
  ] as const)('changes a conflict by %s, and reports it as kept', async (command, status) => {
    const { store, whole } = await faulty(losingFirst(command));
    await whole.conflicts.change(conflictOf());
    const next = conflictOf({ status, revision: 2 });
    expect(await store.conflicts.change(next)).toBe(true);
    expect(await store.conflicts.change(next)).toBe(false);
  });

  test.each([1, 2])(
    'changes an API key once, and reports it as made (rule ACCESS-21): revision %i',
    async (revision) => {
      const { store, whole } = await faulty(losingFirst('TransactWriteItemsCommand'));
      const key = keySample();
      if (revision === 2) await whole.keys.change({ key, entry: keyEntryOf(key) });
      const next = { key: { ...key, revision }, entry: keyEntryOf(key, { sequence: revision }) };
      expect(await store.keys.change(next)).toBe(true);
      expect(await store.keys.change(next)).toBe(false);
    },
  );

  test.each([1, 2])('changes local data once, and reports it as made (rule LOCAL-2): sequence %i', async (sequence) => {
    const { store, whole } = await faulty(losingFirst('TransactWriteItemsCommand'));
    const first = localSample();
    if (sequence === 2) await whole.localData.change(localChangeOf(first));
    const next = localSample(sequence === 2 ? null : '{"a":1}', { sequence, auditHead: `entry-${sequence}` });
    const change = localChangeOf(next, sequence === 2 ? first : undefined);
    expect(await store.localData.change(change)).toBe(true);
    expect(await whole.localData.find(next.place)).toStrictEqual(next);
    expect(await whole.audit.history(change.entry.ref, { limit: 9 })).toHaveLength(sequence);
  });

  test('appends to a trail once, also where another entry follows it in the meantime (rule ITEM-3)', async () => {
    const node = { kind: 'node', id: 'n1' };
    const entry = (open: boolean) => ({
      ...{ ref: node, cause: 'health' as const, actor: 'service', before: { open: !open }, after: { open } },
      ...{ block: null, timestamp: '2026-01-01T00:00:00.000Z' },
    });
    const lose = losingFirst('PutItemCommand');
    let other = async () => {};
    const { store, whole } = await faulty(async (attempt, command) => {
      try {
        return await lose(attempt, command);
      } catch (error) {
        await other();
        throw error;
      }
    });
    other = () => whole.audit.append(entry(false));
    await store.audit.append(entry(true));
    const trail = await whole.audit.history(node, { limit: 9 });
    expect(trail.map(({ after }) => after)).toEqual([{ open: false }, { open: true }]);
  });

  test('does not lose against itself when the sync lease is taken', async () => {
    const { store } = await faulty(losingFirst('UpdateItemCommand'));
    expect(await store.progress.acquireSyncLease('me', 100, 115)).toBe(1);
    expect(await store.progress.acquireSyncLease('me', 101, 115)).toBeUndefined();
    expect(await store.progress.acquireSyncLease('other', 115, 130)).toBe(2);
  });

  // Rule FOLLOW-9: two runners never hold the sync lease with one token.
  test.each([
    ['another owner whose lease ends at the same moment', 'other', 115],
    ['an earlier lease of its own', 'me', 114],
  ])('still loses the sync lease to %s', async (_, owner, until) => {
    const { fault } = failing('UpdateItemCommand', 1, reset);
    const { store, whole } = await faulty(fault);
    expect(await whole.progress.acquireSyncLease(owner, 100, until)).toBe(1);
    expect(await store.progress.acquireSyncLease('me', 100, 115)).toBeUndefined();
    expect(await whole.progress.renewSyncLease(owner, 1, 115)).toBe(true);
  });

  test('publishes a mark, and reports it as published', async () => {
    const { store } = await faulty(losingFirst('UpdateItemCommand'));
    expect(await store.progress.publishMark(20, 0, 1)).toBe(true);
    expect(await store.progress.read()).toMatchObject({ mark: 20, leaseToken: 1 });
  });

  test('moves the cursor, and reports it as moved, with the mark or below it (rule FOLLOW-6)', async () => {
    const { store } = await faulty(losingFirst('UpdateItemCommand'));
    expect(await store.progress.moveCursor(moveOf(null, 10))).toBe(true);
    expect(await store.progress.moveCursor(moveOf(null, 10))).toBe(false);
    const behind = await faulty(losingFirst('UpdateItemCommand'));
    await behind.whole.progress.publishMark(30, 0, 1);
    expect(await behind.store.progress.moveCursor(moveOf(null, 10))).toBe(true);
    expect(await behind.store.progress.read()).toMatchObject({ cursor: blockAt(10), mark: 30 });
  });

  test('raises the logic version, and reports it as raised (rule ITEM-5)', async () => {
    const { store, whole } = await faulty(losingFirst('UpdateItemCommand'));
    await whole.progress.moveCursor(moveOf(null, 12));
    expect(await store.progress.raiseLogicVersion(2, blockAt(12))).toBe(true);
    expect(await store.progress.raiseLogicVersion(2, blockAt(12))).toBe(false);
  });

  test('rewinds once, and reports it as done (rule FOLLOW-8)', async () => {
    const { store, whole } = await faulty(losingFirst('UpdateItemCommand'));
    await whole.progress.moveCursor(moveOf(null, 12));
    expect(await store.progress.rewind(blockAt(11), 0)).toBe(true);
    expect((await store.progress.read()).rewinds).toEqual([{ fork: 1, height: 11 }]);
  });

  test('reports a stall and its end', async () => {
    const stalled = { since: '2026-01-01T00:00:00.000Z', reason: 'chain' };
    const { store, whole } = await faulty(losingFirst('UpdateItemCommand'));
    expect(await store.progress.noteStall(stalled)).toBe(true);
    expect(await store.progress.noteStall(stalled)).toBe(false);
    const second = await faulty(losingFirst('UpdateItemCommand'));
    await second.whole.progress.noteStall(stalled);
    expect(await second.store.progress.noteStall(null)).toBe(true);
    expect(await second.store.progress.noteStall(null)).toBe(false);
    expect(await second.whole.progress.read()).toStrictEqual(noProgress);
    expect((await whole.progress.read()).stalled).toEqual(stalled);
  });

  test('adds an invalidation once, and notes a tick once', async () => {
    const { store } = await faulty(losingFirst('UpdateItemCommand'));
    const marker = { kind: 'asset', prefix: '', height: 10 };
    expect(await store.progress.invalidate(marker)).toEqual([marker]);
    const ticking = await faulty(losingFirst('UpdateItemCommand'));
    await ticking.store.progress.noteTick(tickOf());
    expect(await ticking.store.progress.ticks()).toEqual([tickOf()]);
  });

  test('begins a run, and takes it up again, and reports both as done', async () => {
    const { store, whole } = await faulty(losingFirst('TransactWriteItemsCommand'));
    const run = runOf();
    expect(await store.reconciliations.begin(run, undefined)).toBe(true);
    expect(await store.reconciliations.begin(run, undefined)).toBe(false);
    const again = await faulty(losingFirst('TransactWriteItemsCommand'));
    await again.whole.reconciliations.begin(run, undefined);
    const taken = { ...run, attempt: 2, revision: 2 };
    expect(await again.store.reconciliations.begin(taken, run)).toBe(true);
    expect(await again.store.reconciliations.begin(taken, run)).toBe(false);
    expect(await again.whole.reconciliations.latest()).toStrictEqual(taken);
    expect(await whole.reconciliations.latest()).toStrictEqual(run);
  });

  test('begins a run also where the engine does not recognise the repeated write', async () => {
    let lost = false;
    const { store } = await faulty(async (attempt, name) => {
      const answer = await attempt();
      if (name !== 'TransactWriteItemsCommand' || lost) return answer;
      lost = true;
      // The store sends it again as a new transaction.
      throw cancelled('TransactionConflict', 'None')();
    });
    expect(await store.reconciliations.begin(runOf(), undefined)).toBe(true);
    expect(await store.reconciliations.begin(runOf(), undefined)).toBe(false);
  });

  test('begins no run where an equal run was begun in between', async () => {
    const { fault } = failing('TransactWriteItemsCommand', 1, reset);
    const { store, whole } = await faulty(fault);
    expect(await whole.reconciliations.begin(runOf(), undefined)).toBe(true);
    expect(await store.reconciliations.begin(runOf(), undefined)).toBe(false);
  });

  test('changes a run, and reports it as kept', async () => {
    const { store, whole } = await faulty(losingFirst('PutItemCommand'));
    await whole.reconciliations.begin(runOf(), undefined);
    const changed = runOf({
      status: 'finished',
      revision: 2,
      coverage: { records: 1, verified: 1, oldest: 'o', at: 'a' },
    });
    expect(await store.reconciliations.change(changed)).toBe(true);
    expect(await store.reconciliations.change(changed)).toBe(false);
    const late = await faulty(failing('PutItemCommand', 1, reset).fault);
    await late.whole.reconciliations.begin(runOf(), undefined);
    await late.whole.reconciliations.change(changed);
    expect(await late.store.reconciliations.change({ ...changed, status: 'cancelled' })).toBe(false);
  });

  test.each([1, 2])('saves the progress of a shard at revision %s, and reports it as kept', async (revision) => {
    const { store, whole } = await faulty(losingFirst('PutItemCommand'));
    if (revision === 2) await whole.reconciliations.saveShard('run-1', shardProgressOf());
    const progress = shardProgressOf({ revision });
    expect(await store.reconciliations.saveShard('run-1', progress)).toBe(true);
    expect(await store.reconciliations.saveShard('run-1', progress)).toBe(false);
    expect(await whole.reconciliations.shards('run-1')).toStrictEqual([progress]);
    const late = await faulty(failing('PutItemCommand', 1, reset).fault);
    if (revision === 2) await late.whole.reconciliations.saveShard('run-1', shardProgressOf());
    await late.whole.reconciliations.saveShard('run-1', { ...progress, done: true });
    expect(await late.store.reconciliations.saveShard('run-1', progress)).toBe(false);
  });

  test('marks records as checked', async () => {
    const { store, whole } = await faulty(losingFirst('TransactWriteItemsCommand'));
    await whole.records.save(recordOf(), undefined, undefined);
    const later = '2026-01-05T00:00:00.000Z';
    await store.records.markChecked([{ key: 'asset#a', height: 10, sequence: 1 }], later);
    expect(await whole.records.get(recordOf().ref)).toStrictEqual(recordOf({ checkedAt: later }));
  });

  test('ends the request to compare everything with the chain', async () => {
    const { store, whole } = await faulty(losingFirst('UpdateItemCommand'));
    const reconcileFrom = { height: 10, reason: 'a gap', at: '2026-01-01T00:00:00.000Z' };
    await whole.progress.moveCursor(moveOf(null, 10, { reconcileFrom }));
    await store.progress.reconciled(10, '2026-01-02');
    expect((await whole.progress.read()).reconcileFrom).toBeNull();
  });

  test('puts an event once', async () => {
    const { store, whole } = await faulty(losingFirst('PutItemCommand'));
    await store.outbox.put(eventOf());
    expect(await whole.outbox.unpublished('2027', 9)).toEqual([eventOf()]);
  });

  // Rule FEED-1: the first attempt has moved the head.
  test('places an event once in the log, and says that it may not have done it', async () => {
    const { store, whole } = await faulty(losingFirst('TransactWriteItemsCommand'));
    await whole.outbox.put(eventOf());
    await store.changes.append(emptyLog, placedAfter(emptyLog, [eventOf()], 0));
    expect((await whole.changes.head()).position).toBe(1);
    expect((await whole.outbox.find([eventOf().id]))[0]?.cursor).toMatch(/^1\./);
  });

  test('chains an event of a subject once', async () => {
    const { store, whole } = await faulty(losingFirst('TransactWriteItemsCommand'));
    await store.outbox.put(eventOf(), 'sync');
    await store.outbox.put(eventOf({ id: 'next' }), 'sync');
    expect((await whole.outbox.find([eventOf().id, 'next'])).map((one) => one?.previous)).toEqual([null, eventOf().id]);
  });
});
