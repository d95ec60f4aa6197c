import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { noProgress } from '../../lib/domain/progress.ts';
import { type Fault, failing, faultyStore, losingFirst, reset } from './faulty.ts';
import { blockAt, comparedWith, conflictOf, entryOf, eventOf, moveOf, recordOf, tickOf } from './samples.ts';

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

  test('still loses against another that came in between', async () => {
    const { fault } = failing('PutItemCommand', 1, reset);
    const { store, whole } = await faulty(fault);
    const rival = recordOf({ checkedAt: '2026-01-01T00:00:01.000Z' });
    await whole.records.save(rival, undefined, undefined);
    expect(await store.records.save(recordOf(), undefined, undefined)).toStrictEqual({ won: false, winner: rival });
  });

  test('opens a conflict once, and says so', async () => {
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
  ] as const)('changes a conflict by %s, and says so', async (command, status) => {
    const { store, whole } = await faulty(losingFirst(command));
    await whole.conflicts.change(conflictOf());
    const next = conflictOf({ status, revision: 2 });
    expect(await store.conflicts.change(next)).toBe(true);
    expect(await store.conflicts.change(next)).toBe(false);
  });

  test('appends to a trail once, also where another entry came behind it meanwhile', async () => {
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

  test('does not lose against itself when the turn at sync is taken', async () => {
    const { store } = await faulty(losingFirst('UpdateItemCommand'));
    expect(await store.progress.takeTurn('me', 100, 115)).toBe(1);
    expect(await store.progress.takeTurn('me', 101, 115)).toBeUndefined();
    expect(await store.progress.takeTurn('other', 115, 130)).toBe(2);
  });

  test('publishes a mark, and says so', async () => {
    const { store } = await faulty(losingFirst('UpdateItemCommand'));
    expect(await store.progress.publishMark(20, 0, 1)).toBe(true);
    expect(await store.progress.read()).toMatchObject({ mark: 20, turn: 1 });
  });

  test('moves the cursor, and says so, with the mark or behind it', async () => {
    const { store } = await faulty(losingFirst('UpdateItemCommand'));
    expect(await store.progress.moveCursor(moveOf(null, 10))).toBe(true);
    expect(await store.progress.moveCursor(moveOf(null, 10))).toBe(false);
    const behind = await faulty(losingFirst('UpdateItemCommand'));
    await behind.whole.progress.publishMark(30, 0, 1);
    expect(await behind.store.progress.moveCursor(moveOf(null, 10))).toBe(true);
    expect(await behind.store.progress.read()).toMatchObject({ cursor: blockAt(10), mark: 30 });
  });

  test('raises the rules, and says so', async () => {
    const { store, whole } = await faulty(losingFirst('UpdateItemCommand'));
    await whole.progress.moveCursor(moveOf(null, 12));
    expect(await store.progress.raiseRules(2, blockAt(12))).toBe(true);
    expect(await store.progress.raiseRules(2, blockAt(12))).toBe(false);
  });

  test('goes back once, and says so', async () => {
    const { store, whole } = await faulty(losingFirst('UpdateItemCommand'));
    await whole.progress.moveCursor(moveOf(null, 12));
    expect(await store.progress.rewind(blockAt(11), 0)).toBe(true);
    expect((await store.progress.read()).rewinds).toEqual([{ branch: 1, height: 11 }]);
  });

  test('tells of a stall and of its end', async () => {
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

  test('marks an invalidation once, and notes a tick once', async () => {
    const { store } = await faulty(losingFirst('UpdateItemCommand'));
    const marker = { kind: 'asset', prefix: '', height: 10 };
    expect(await store.progress.invalidate(marker)).toEqual([marker]);
    const ticking = await faulty(losingFirst('UpdateItemCommand'));
    await ticking.store.progress.noteTick(tickOf());
    expect(await ticking.store.progress.ticks()).toEqual([tickOf()]);
  });

  test('puts an event once', async () => {
    const { store, whole } = await faulty(losingFirst('PutItemCommand'));
    await store.outbox.put(eventOf());
    expect(await whole.outbox.unpublished('2027', 9)).toEqual([eventOf()]);
  });
});
