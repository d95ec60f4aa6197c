import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTables, type Engine, startEngine } from '../../infra/local/engine/engine.ts';
import { emptyLog, placedAfter } from '../../lib/domain/change.ts';
import { type LookupError, StoreUnavailable } from '../../lib/domain/errors.ts';
import { createDynamo, type Dynamo, type DynamoOptions } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';
import {
  type Attempt,
  answered,
  cancelled,
  conflicted,
  type Fault,
  failing,
  faultyStore,
  reset,
  throttled,
  timedOut,
} from './faulty.ts';
import {
  activityOf,
  blockAt,
  cacheEntryOf,
  comparedWith,
  conflictOf,
  countsOf,
  entryOf,
  enumerationOf,
  eventOf,
  keyEntryOf,
  keySample,
  moveOf,
  recordOf,
  runOf,
  shardProgressOf,
  submissionSample,
  tickOf,
} from './samples.ts';

let engine: Engine;

beforeAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  engine = await startEngine();
});
afterAll(() => engine.stop());

const faulty = (fault: Fault, options?: DynamoOptions) => faultyStore(engine, fault, options);

const always = Number.POSITIVE_INFINITY;
const neverTimingOut: DynamoOptions = { requestTimeoutMs: 600_000, connectionTimeoutMs: 600_000 };

describe('When the engine cannot be used', () => {
  test.each([
    ['throttles', throttled],
    ['throttles a table', answered('ProvisionedThroughputExceededException', 400, 'client')],
    ['fails inside', answered('InternalServerError', 500, 'server')],
    ['is unavailable', answered('Whatever', 503, 'client')],
    ['breaks the connection', reset],
  ])(
    'because it %s, every method throws StoreUnavailable, with the cause and without the address',
    async (_, error) => {
      const fault = async () => {
        throw error();
      };
      // One attempt: after throttling the SDK waits long before the next.
      const { store } = await faulty(fault, { maxAttempts: 1 });
      const { ref } = recordOf();
      const calls: Record<string, () => Promise<unknown>> = {
        get: () => store.records.get(ref),
        getMany: () => store.records.getMany([ref]),
        save: () => store.records.save(recordOf(), undefined, undefined),
        saveWithEntry: () => store.records.save(recordOf(), undefined, entryOf(recordOf())),
        byOwner: () => store.listings.byOwner('asset', 'alice', { limit: 1 }),
        byCollection: () => store.listings.byCollection('asset', 'aa', { limit: 1 }),
        holdings: () => firstOf(store.listings.holdings('aa')),
        collectionStates: () => store.collections.get(['aa']),
        enumerate: () => store.collections.change(enumerationOf()),
        interrupt: () => store.collections.interrupt('aa', { height: 1, fork: 0, reason: 'r', at: 't' }),
        doubtful: () => store.listings.doubtful(['aa']),
        ground: () => store.listings.ground(['aa'], [ref], 0),
        settleDoubts: () => store.listings.settleDoubts(['aa'], Date.now()),
        tokenCounts: () => store.listings.counts(['aa']),
        keepCounts: () => store.listings.keepCounts(countsOf('aa')),
        touch: () => store.listings.touch(['aa'], { fork: 0, height: 1 }),
        putActivity: () => store.activity.put([activityOf({ account: 'a' })]),
        activity: () => store.activity.list('a', { before: '9', limit: 1 }),
        watch: () => store.watches.put('asset#a', ['k'], 1),
        cached: () => store.cache.get(ref),
        history: () => store.audit.history(ref, { limit: 1 }),
        progress: () => store.progress.read(),
        head: () => store.progress.seeHead({ height: 1, hash: 'h', timestamp: 't', seenAt: 's' }, 'casper'),
        lease: () => store.progress.takeLease('sync', 'me', 1, 2),
        directory: () => store.progress.directory(),
        saveWithConflict: () => store.records.save(recordOf(), undefined, undefined, conflictOf()),
        present: () => store.watches.present(['k']),
        watchers: () => firstOf(store.watches.watchers('k')),
        appendEntry: () => store.audit.append(entryOf(recordOf())),
        between: () => firstOf(store.audit.between('2026-01-01', '2026-01-02')),
        conflict: () => store.conflicts.get('c1'),
        conflicts: () => store.conflicts.byStatus('open', { limit: 1 }),
        countConflicts: () => store.conflicts.count('open'),
        changeConflict: () => store.conflicts.change(conflictOf()),
        putEvent: () => store.outbox.put(eventOf()),
        putOfSubject: () => store.outbox.put(eventOf(), 'sync'),
        findEvents: () => store.outbox.find(['e']),
        logHead: () => store.changes.head(),
        readLog: () => store.changes.read(0, 1, 0),
        oldest: () => store.changes.oldest({ ...emptyLog, position: 1 }, 0),
        append: () => store.changes.append(emptyLog, placedAfter(emptyLog, [eventOf()], 0)),
        published: () => store.outbox.published('e'),
        unpublished: () => store.outbox.unpublished('2027', 1),
        acquireSyncLease: () => store.progress.acquireSyncLease('me', 1, 2),
        renewSyncLease: () => store.progress.renewSyncLease('me', 1, 2),
        releaseSyncLease: () => store.progress.releaseSyncLease('me', 1),
        publishMark: () => store.progress.publishMark(1, 0, 1),
        moveCursor: () => store.progress.moveCursor(moveOf(null, 1)),
        raiseLogicVersion: () => store.progress.raiseLogicVersion(2, blockAt(1)),
        rewind: () => store.progress.rewind(blockAt(1), 0),
        noteStall: () => store.progress.noteStall(null),
        invalidate: () => store.progress.invalidate({ kind: 'asset', prefix: '', height: 1 }),
        noteTick: () => store.progress.noteTick(tickOf()),
        ticks: () => store.progress.ticks(),
        saveHotKeys: () => store.progress.saveHotKeys('p', [], 1),
        hotKeys: () => store.progress.hotKeys(1),
        byChecked: () => store.records.byChecked(0, { limit: 1 }),
        countChecked: () => store.records.countChecked(0, {}),
        markChecked: () => store.records.markChecked([{ key: 'asset#a', height: 1, sequence: 1 }], 't'),
        missing: () => store.watches.missing([{ watcher: 'asset#a', keys: ['k'], until: 1 }]),
        entries: () => store.audit.entries([{ ref, sequence: 1 }]),
        run: () => store.reconciliations.get('run-1'),
        latestRun: () => store.reconciliations.latest(),
        beginRun: () => store.reconciliations.begin(runOf(), undefined),
        changeRun: () => store.reconciliations.change(runOf({ revision: 2 })),
        runs: () => store.reconciliations.list({ limit: 1 }),
        shards: () => store.reconciliations.shards('run-1'),
        saveShard: () => store.reconciliations.saveShard('run-1', shardProgressOf()),
        noteDrift: () => store.progress.noteDrift({ same: 1, differs: 0, none: 0 }, 1),
        drift: () => store.progress.drift(1),
        reconciled: () => store.progress.reconciled(1, 't'),
        takeOfBudget: () => store.budgets.take('c', { bucket: 1, requests: 1, back: null }),
        budgetOf: () => store.budgets.get('c'),
        noteLimited: () => store.budgets.noteLimited('c', 1, null),
        takePlace: () => store.budgets.takePlace('c', { most: 1, now: 1, until: 2 }),
        leavePlace: () => store.budgets.leavePlace('c', { place: 0, until: 2 }),
        limitedCallers: () => store.budgets.limited(1, 1),
        findKey: () => store.keys.find('k'),
        listKeys: () => store.keys.list({ limit: 1 }),
        findSubmission: () => store.submissions.find('c'),
        changeSubmission: () => store.submissions.change(submissionSample()),
        bindKey: () => store.submissions.bindKey('p', 'k', 'c', 0),
        openSubmissions: () => store.submissions.open(1),
        changeKey: () => store.keys.change({ key: keySample(), entry: keyEntryOf(keySample()) }),
        grow: () => store.progress.growDirectory({ validators: ['01'], newest: null, oldest: null, next: null }),
      };
      for (const [name, call] of Object.entries(calls)) {
        const failure = await failureOf(call());
        expect({ name, code: failure.code, retryable: failure.retryable }).toEqual({
          name,
          code: 'store_unavailable',
          retryable: true,
        });
        expect(failure).toBeInstanceOf(StoreUnavailable);
        expect(failure.cause).toBeInstanceOf(Error);
        expect(failure.message).not.toMatch(/secret|10\.0\.0\.1|443/);
      }
    },
  );

  test('because a table does not exist, a read fails', async () => {
    const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
    await expect(createStore(dynamo, 'no-such').records.get(recordOf().ref)).rejects.toThrow(StoreUnavailable);
  });

  test('because no engine listens, a read fails without waiting for any time limit', async () => {
    const gone = await startEngine();
    await gone.stop();
    await expect(readOf({ endpoint: gone.endpoint, ...neverTimingOut })).rejects.toThrow(StoreUnavailable);
  });

  test('because it accepts and never answers, a read fails once its attempts have timed out, and the next one without any', async () => {
    let connections = 0;
    const silent = createServer(() => {
      connections += 1;
    });
    const endpoint = await listening(silent);
    const dynamo = createDynamo({ endpoint, requestTimeoutMs: 100, maxAttempts: 2, cooldownMs: 600_000 });
    const { records } = createStore(dynamo, 'any');
    await expect(records.get(recordOf().ref)).rejects.toThrow(StoreUnavailable);
    expect(connections).toBe(2);
    await expect(records.get(recordOf().ref)).rejects.toThrow('the database did not answer a moment ago');
    expect(connections).toBe(2);
    silent.close();
  });

  test('because one table does not answer, requests to the others are made all the same', async () => {
    let now = 0;
    const silence = async (attempt: Attempt, command: string, input = '') => {
      if (!input.includes('-audit')) return attempt();
      asked.push(command);
      throw timedOut();
    };
    const asked: string[] = [];
    const options = { maxAttempts: 1, cooldownMs: 1_000, elapsed: () => now };
    const { store } = await faulty(silence, options);
    const record = recordOf();
    const history = () => store.audit.history(record.ref, { limit: 1 });
    await expect(history()).rejects.toThrow('TimeoutError');
    await expect(history()).rejects.toThrow('the database did not answer a moment ago');
    // A save that includes the audit trail is not begun; everything else goes on.
    await expect(store.records.save(record, undefined, entryOf(record))).rejects.toThrow('a moment ago');
    expect(asked).toEqual(['QueryCommand']);
    await store.cache.put(cacheEntryOf(), 1_000);
    expect(await store.cache.get(record.ref)).toStrictEqual(cacheEntryOf());
    expect(await store.records.getMany([record.ref])).toEqual([undefined]);
    expect(await store.records.save(record, undefined, undefined)).toEqual({ won: true });
    now = 1_000;
    await expect(history()).rejects.toThrow('TimeoutError');
    expect(asked).toHaveLength(2);
  });

  test('because a transaction does not answer, its tables are asked one by one all the same', async () => {
    const silence = async (attempt: Attempt, command: string) => {
      if (command === 'TransactWriteItemsCommand') throw timedOut();
      return attempt();
    };
    const { store } = await faulty(silence, { maxAttempts: 1, cooldownMs: 600_000 });
    const record = recordOf();
    const save = () => store.records.save(record, undefined, entryOf(record));
    await expect(save()).rejects.toThrow('TimeoutError');
    await expect(save()).rejects.toThrow('the database did not answer a moment ago');
    expect(await store.records.get(record.ref)).toBeUndefined();
    expect(await store.audit.history(record.ref, { limit: 1 })).toEqual([]);
  });

  test('because it answers with errors, a read fails', async () => {
    const broken = createHttpServer((_, response) => response.writeHead(500).end('{}'));
    const endpoint = await listening(broken);
    await expect(readOf({ endpoint })).rejects.toThrow(StoreUnavailable);
    broken.closeAllConnections();
    broken.close();
  });

  test('because the request itself is wrong, the error is a defect and not StoreUnavailable', async () => {
    const { store } = await faulty((attempt) => attempt());
    const failure = await failureOf(store.records.get({ kind: 'x'.repeat(3_000), id: 'a' }));
    expect(failure).not.toBeInstanceOf(StoreUnavailable);
    expect(failure.name).toBe('ValidationException');
  });
});

describe('A passing fault', () => {
  test.each([
    ['throttling', throttled],
    ['a broken connection', reset],
  ])('by %s does not reach the caller', async (_, error) => {
    const { seen, fault } = failing('GetItemCommand', 1, error);
    const { store, whole } = await faulty(fault);
    await whole.records.save(recordOf(), undefined, undefined);
    expect(await store.records.get(recordOf().ref)).toStrictEqual(recordOf());
    expect(seen.attempts).toBe(2);
  });

  test.each([
    ['a conflict of transactions on the record', cancelled('TransactionConflict', 'None')],
    ['a conflict of transactions on its entry', cancelled('None', 'TransactionConflict')],
    ['throttling within the transaction', cancelled('ThrottlingError', 'ThrottlingError')],
  ])('by %s is tried again', async (_, error) => {
    const { seen, fault } = failing('TransactWriteItemsCommand', 2, error);
    const { store } = await faulty(fault);
    expect(await store.records.save(recordOf(), undefined, entryOf(recordOf()))).toEqual({ won: true });
    expect(seen.attempts).toBe(3);
  });

  test('by a transaction in the way of a single put is tried again', async () => {
    const { seen, fault } = failing('PutItemCommand', 2, conflicted);
    const { store } = await faulty(fault);
    expect(await store.records.save(recordOf(), undefined, undefined)).toEqual({ won: true });
    expect(seen.attempts).toBe(3);
  });

  test('that leads to a lost race is reported as a lost race (rule SAVE-3)', async () => {
    const { fault } = failing('TransactWriteItemsCommand', 1, cancelled('TransactionConflict', 'None'));
    const { store, whole } = await faulty(fault);
    await whole.records.save(recordOf(), undefined, undefined);
    const late = recordOf({ height: 11 });
    expect(await store.records.save(late, undefined, entryOf(late))).toStrictEqual({ won: false, winner: recordOf() });
  });

  test.each([
    ['TransactWriteItemsCommand', cancelled('TransactionConflict', 'None'), true],
    ['PutItemCommand', conflicted, false],
  ])('that does not pass ends in StoreUnavailable after a few %s', async (command, error, withEntry) => {
    const { seen, fault } = failing(command, always, error);
    const { store } = await faulty(fault);
    const saving = store.records.save(recordOf(), undefined, withEntry ? entryOf(recordOf()) : undefined);
    await expect(saving).rejects.toThrow(StoreUnavailable);
    expect(seen.attempts).toBe(5);
  });

  test('of another kind inside a transaction is a defect, at once', async () => {
    const { seen, fault } = failing('TransactWriteItemsCommand', always, cancelled('ValidationError', 'None'));
    const { store } = await faulty(fault);
    const failure = await failureOf(store.records.save(recordOf(), undefined, entryOf(recordOf())));
    expect(failure.name).toBe('TransactionCanceledException');
    expect(seen.attempts).toBe(1);
  });
});

describe('Records that are marked as checked', () => {
  const later = '2026-01-05T00:00:00.000Z';
  const ids = Array.from({ length: 120 }, (_, at) => `id-${at}`);
  const checked = ids.map((id) => ({ key: `asset#${id}`, height: 10, sequence: 1 }));
  const marked = async (fault: Fault) => {
    const sent: string[] = [];
    const { store, whole } = await faulty((attempt, command) => {
      sent.push(command);
      return fault(attempt, command);
    });
    await Promise.all(ids.map((id) => whole.records.save(recordOf({ id }), undefined, undefined)));
    const one = recordOf({ id: 'id-7' });
    await whole.records.save({ ...one, block: blockAt(11) }, comparedWith(one), undefined);
    const marking = store.records.markChecked(checked, later);
    const dates = async () =>
      (await whole.records.getMany(ids.map((id) => ({ kind: 'asset', id })))).map((r) => r?.checkedAt);
    return { marking, dates, sent };
  };
  const butOne = ids.map((id) => (id === 'id-7' ? recordOf().checkedAt : later));
  const count = (sent: readonly string[], command: string) => sent.filter((one) => one === command).length;

  test('take one request for a hundred, and one more where some have changed', async () => {
    const { marking, dates, sent } = await marked((attempt) => attempt());
    await marking;
    expect(await dates()).toEqual(butOne);
    expect(sent).toEqual(['TransactWriteItemsCommand', 'TransactWriteItemsCommand', 'TransactWriteItemsCommand']);
  });

  test.each([
    ['another writer saves one of them', cancelled('TransactionConflict', 'None')],
    ['they are throttled inside their transaction', cancelled('None', 'ThrottlingError')],
  ])('are marked one by one while %s', async (_, error) => {
    const { fault } = failing('TransactWriteItemsCommand', always, error);
    const { marking, dates, sent } = await marked(fault);
    await marking;
    expect(await dates()).toEqual(butOne);
    expect(count(sent, 'TransactWriteItemsCommand')).toBe(2);
    expect(count(sent, 'UpdateItemCommand')).toBe(120);
  });

  test('wait for a transaction that holds one of them', async () => {
    const transactions = failing('TransactWriteItemsCommand', always, cancelled('TransactionConflict', 'None'));
    const updates = failing('UpdateItemCommand', 3, conflicted);
    const { marking, dates } = await marked((attempt, command) =>
      transactions.fault(() => updates.fault(attempt, command), command),
    );
    await marking;
    expect(await dates()).toEqual(butOne);
  });

  test('are not reported as marked where they were not', async () => {
    const { fault } = failing('TransactWriteItemsCommand', always, cancelled('ValidationError', 'None'));
    const { marking, dates } = await marked(fault);
    expect((await failureOf(marking)).name).toBe('TransactionCanceledException');
    expect(new Set(await dates())).toEqual(new Set([recordOf().checkedAt]));
  });
});

describe('A batch that is read in part', () => {
  type Item = Record<string, unknown>;
  interface Batch {
    readonly output: { Responses: Record<string, Item[]>; UnprocessedKeys?: Record<string, { Keys: Item[] }> };
  }

  /** Keeps the first `most` items of each answer and gives the others back as unprocessed. */
  const cutting = (most: number, key: readonly string[]) => async (attempt: Attempt, name: string) => {
    const answer = await attempt();
    if (name !== 'BatchGetItemCommand') return answer;
    const { output } = answer as Batch;
    for (const [table, items] of Object.entries(output.Responses)) {
      const left = items.splice(most);
      const keys = left.map((item) => Object.fromEntries(key.map((name) => [name, item[name]])));
      if (left.length > 0) output.UnprocessedKeys = { [table]: { Keys: keys } };
    }
    return answer;
  };

  test('is read to its end, in the order asked for', async () => {
    const { store, whole } = await faulty(cutting(7, ['ref']));
    const saved = Array.from({ length: 120 }, (_, at) => recordOf({ id: `id-${at}`, value: { at } }));
    await Promise.all(saved.map((record) => whole.records.save(record, undefined, undefined)));
    expect(await store.records.getMany(saved.map(({ ref }) => ref))).toStrictEqual(saved);
  });

  test('is read to its end also when it is of watches', async () => {
    const { store, whole } = await faulty(cutting(7, ['stateKey', 'watcher']));
    const keys = Array.from({ length: 30 }, (_, at) => `k${at}`);
    await whole.watches.put('asset#a', keys, 1);
    expect(await store.watches.present(['none', ...keys])).toEqual(keys);
    expect(await store.watches.missing([{ watcher: 'asset#a', keys: ['none', ...keys], until: 1 }])).toEqual([
      ['none'],
    ]);
  });

  test('fails when round after round brings nothing', async () => {
    const { store, whole } = await faulty(cutting(0, ['ref']));
    await whole.records.save(recordOf(), undefined, undefined);
    await expect(store.records.getMany([recordOf().ref])).rejects.toThrow('left 1 keys of a batch unread');
    await expect(store.records.getMany([recordOf().ref])).rejects.toThrow(StoreUnavailable);
  });
});

describe('A rewind while sync moves on', () => {
  test('never leaves `followedFrom` above the block of the rewind (rules FOLLOW-7, FOLLOW-8)', async () => {
    let updates = 0;
    let meanwhile: () => Promise<unknown> = async () => undefined;
    const { store, whole } = await faulty(async (attempt, name) => {
      if (name === 'UpdateItemCommand' && ++updates === 2) await meanwhile();
      return attempt();
    });
    await whole.progress.moveCursor(moveOf(null, 20));
    // The first attempt finds `followedFrom` below, the second one above.
    meanwhile = () => whole.progress.moveCursor(moveOf(20, 25, { followedFrom: 25 }));
    expect(await store.progress.rewind(blockAt(15), 0)).toBe(true);
    expect(await store.progress.read()).toMatchObject({ fork: 1, cursor: blockAt(15), followedFrom: 15, mark: 15 });
    expect(updates).toBe(3);
  });
});

describe('An engine that is killed', () => {
  test('leaves no record without its entry and no entry without its record, and keeps every acknowledged save (rule ITEM-3)', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'killed-'));
    const attempted = new Set<string>();
    const acknowledged = new Map<string, number>();
    for (let round = 0; round < 3; round++) {
      const victim = await startEngine({ dataDir });
      // Without time limits: the writers must notice the kill itself.
      const dynamo = createDynamo({ endpoint: victim.endpoint, ...neverTimingOut });
      await createTables(dynamo, 'killed');
      const killAfter = acknowledged.size + 30;
      const writers = [0, 1, 2, 3].map((writer) => writeUntilKilled(dynamo, `${round}-${writer}`, killAfter, victim));
      for (const failure of await Promise.all(writers)) expect(failure).toBeInstanceOf(StoreUnavailable);
      await victim.stop();
    }
    const again = await startEngine({ dataDir });
    const { records, audit } = createStore(
      createDynamo({ endpoint: again.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 }),
      'killed',
    );
    let kept = 0;
    for (const id of attempted) {
      const record = await records.get({ kind: 'asset', id });
      const trail = await audit.history({ kind: 'asset', id }, { limit: 10 });
      expect(trail.map(({ sequence }) => sequence)).toEqual([2, 1].slice(2 - (record?.sequence ?? 0)));
      expect(trail[0]?.digest).toBe(record?.auditHead);
      expect(record?.sequence ?? 0).toBeGreaterThanOrEqual(acknowledged.get(id) ?? 0);
      kept += record === undefined ? 0 : 1;
    }
    expect(kept).toBeGreaterThanOrEqual(90);
    await again.stop();
    await rm(dataDir, { recursive: true, force: true });

    /** Saves a record, then its next value, and so on with further records; kills the engine when enough are there. */
    async function writeUntilKilled(dynamo: Dynamo, name: string, killAfter: number, victim: Engine) {
      const store = createStore(dynamo, 'killed');
      for (let at = 0; ; at++) {
        const first = recordOf({ id: `${name}-${at}`, auditHead: `${name}-${at}-1` });
        const second = recordOf({ ...first, id: first.ref.id, height: 11, sequence: 2, auditHead: `${name}-${at}-2` });
        attempted.add(first.ref.id);
        try {
          await store.records.save(first, undefined, entryOf(first));
          acknowledged.set(first.ref.id, 1);
          if (acknowledged.size === killAfter) process.kill(Number(victim.pid), 'SIGKILL');
          await store.records.save(second, comparedWith(first), entryOf(second));
          acknowledged.set(first.ref.id, 2);
        } catch (error) {
          return error;
        }
      }
    }
  });
});

const firstOf = async (pages: AsyncIterable<unknown>): Promise<unknown> => {
  for await (const page of pages) return page;
  return undefined;
};

const readOf = (options: DynamoOptions) => createStore(createDynamo(options), 'any').records.get(recordOf().ref);

async function failureOf(promise: Promise<unknown>): Promise<LookupError> {
  const failure = await promise.then(
    (answer) => new Error(`it did not fail, but answered ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  return failure as LookupError;
}

const listening = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    });
  });
