import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTables, type Engine, startEngine } from '../../infra/local/engine.ts';
import { type LookupError, StoreUnavailable } from '../../lib/domain/errors.ts';
import { createDynamo, type Dynamo, type DynamoOptions } from '../../lib/store/client.ts';
import { createStore } from '../../lib/store/store.ts';
import { comparedWith, entryOf, recordOf } from './samples.ts';

let engine: Engine;
let prefixes = 0;

beforeAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  engine = await startEngine();
});
afterAll(() => engine.stop());

type Attempt = () => Promise<unknown>;

/** A store on the engine; `fault` stands where the network is: it may pass an attempt on, fail, or do both. */
async function faulty(fault: (attempt: Attempt, command: string) => Promise<unknown>, options: DynamoOptions = {}) {
  const prefix = `faults-${++prefixes}`;
  const plain = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000 });
  await createTables(plain, prefix);
  const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, ...options });
  dynamo.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        fault(() => next(args), String(commandName)) as ReturnType<typeof next>,
    { name: 'fault', step: 'deserialize', priority: 'high' },
  );
  return { store: createStore(dynamo, prefix), whole: createStore(plain, prefix), dynamo };
}

/** Fails the first `times` attempts of one command, counts all of them. */
function failing(command: string, times: number, error: () => Error) {
  const seen = { attempts: 0 };
  const fault = async (attempt: Attempt, name: string) => {
    if (name !== command) return attempt();
    seen.attempts += 1;
    if (seen.attempts <= times) throw error();
    return attempt();
  };
  return { seen, fault };
}

const always = Number.POSITIVE_INFINITY;
const answered = (name: string, status: number, fault: 'client' | 'server') => () =>
  Object.assign(new Error(`${name} by the engine at secret.example`), {
    name,
    $fault: fault,
    $metadata: { httpStatusCode: status },
  });
const throttled = answered('ThrottlingException', 400, 'client');
const cancelled =
  (...codes: string[]) =>
  () =>
    new TransactionCanceledException({
      message: `Transaction cancelled [${codes}]`,
      $metadata: { httpStatusCode: 400 },
      CancellationReasons: codes.map((Code) => ({ Code })),
    });
const conflicted = () => new TransactionConflictException({ message: 'Transaction is ongoing', $metadata: {} });
const reset = () => Object.assign(new Error('read ECONNRESET 10.0.0.1:443'), { code: 'ECONNRESET' });

describe('When the engine cannot be used', () => {
  test.each([
    ['throttles', throttled],
    ['throttles a table', answered('ProvisionedThroughputExceededException', 400, 'client')],
    ['fails inside', answered('InternalServerError', 500, 'server')],
    ['is unavailable', answered('Whatever', 503, 'client')],
    ['breaks the connection', reset],
  ])('because it %s, every method says StoreUnavailable, with the cause and without its address', async (_, error) => {
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
      byOwner: () => store.records.byOwner('asset', 'alice', { limit: 1 }),
      watch: () => store.watches.put('asset#a', ['k'], 1),
      cached: () => store.cache.get(ref),
      history: () => store.audit.history(ref, { limit: 1 }),
      progress: () => store.progress.read(),
      head: () => store.progress.seeHead({ height: 1, hash: 'h', timestamp: 't', seenAt: 's' }, 'casper'),
      lease: () => store.progress.takeLease('sync', 'me', 1, 2),
      directory: () => store.progress.directory(),
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
  });

  test('because a table is not there, it says StoreUnavailable', async () => {
    const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000 });
    await expect(createStore(dynamo, 'no-such').records.get(recordOf().ref)).rejects.toThrow(StoreUnavailable);
  });

  test('because nobody listens, it says so within a few hundred milliseconds', async () => {
    const gone = await startEngine();
    await gone.stop();
    const began = performance.now();
    await expect(readOf({ endpoint: gone.endpoint })).rejects.toThrow(StoreUnavailable);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test('because it accepts and never answers, it says so when the attempts have timed out', async () => {
    const silent = createServer();
    const began = performance.now();
    const endpoint = await listening(silent);
    await expect(readOf({ endpoint, requestTimeoutMs: 100, maxAttempts: 2 })).rejects.toThrow(StoreUnavailable);
    expect(performance.now() - began).toBeLessThan(2_000);
    silent.close();
  });

  test('because it answers with errors, it says so', async () => {
    const broken = createHttpServer((_, response) => response.writeHead(500).end('{}'));
    const endpoint = await listening(broken);
    await expect(readOf({ endpoint })).rejects.toThrow(StoreUnavailable);
    broken.closeAllConnections();
    broken.close();
  });

  test('because what we sent is wrong, it is a defect and no StoreUnavailable', async () => {
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
  ])('by %s is not seen by the caller', async (_, error) => {
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

  test('that leads to a lost race is told as one', async () => {
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

describe('A write whose answer was lost', () => {
  /** The engine does what the first attempt asks; its answer does not arrive. */
  const losingFirst = (command: string) => {
    let lost = false;
    return async (attempt: Attempt, name: string) => {
      const answer = await attempt();
      if (name !== command || lost) return answer;
      lost = true;
      throw reset();
    };
  };

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
});

describe('A batch that is read in part', () => {
  interface Batch {
    readonly output: {
      Responses: Record<string, { ref: unknown }[]>;
      UnprocessedKeys?: Record<string, { Keys: { ref: unknown }[] }>;
    };
  }

  /** Keeps the first `most` items of each answer and gives the others back as unprocessed. */
  const cutting = (most: number) => async (attempt: Attempt, name: string) => {
    const answer = await attempt();
    if (name !== 'BatchGetItemCommand') return answer;
    const { output } = answer as Batch;
    for (const [table, items] of Object.entries(output.Responses)) {
      const left = items.splice(most);
      if (left.length > 0) output.UnprocessedKeys = { [table]: { Keys: left.map(({ ref }) => ({ ref })) } };
    }
    return answer;
  };

  test('is read to its end, in the order asked for', async () => {
    const { store, whole } = await faulty(cutting(7));
    const saved = Array.from({ length: 120 }, (_, at) => recordOf({ id: `id-${at}`, value: { at } }));
    await Promise.all(saved.map((record) => whole.records.save(record, undefined, undefined)));
    expect(await store.records.getMany(saved.map(({ ref }) => ref))).toStrictEqual(saved);
  });

  test('is given up when round after round brings nothing', async () => {
    const { store, whole } = await faulty(cutting(0));
    await whole.records.save(recordOf(), undefined, undefined);
    await expect(store.records.getMany([recordOf().ref])).rejects.toThrow('left 1 keys of a batch unread');
    await expect(store.records.getMany([recordOf().ref])).rejects.toThrow(StoreUnavailable);
  });
});

describe('An engine that is killed', () => {
  test('leaves no record without its entry and no entry without its record, and loses nothing it acknowledged', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'killed-'));
    const attempted = new Set<string>();
    const acknowledged = new Map<string, number>();
    for (let round = 0; round < 3; round++) {
      const victim = await startEngine({ dataDir });
      const dynamo = createDynamo({ endpoint: victim.endpoint });
      await createTables(dynamo, 'killed');
      const killAfter = acknowledged.size + 30;
      const writers = [0, 1, 2, 3].map((writer) => writeUntilKilled(dynamo, `${round}-${writer}`, killAfter, victim));
      for (const failure of await Promise.all(writers)) {
        expect(failure.error).toBeInstanceOf(StoreUnavailable);
        expect(failure.afterMs).toBeLessThan(1_500);
      }
      await victim.stop();
    }
    const again = await startEngine({ dataDir });
    const { records, audit } = createStore(
      createDynamo({ endpoint: again.endpoint, requestTimeoutMs: 10_000 }),
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
        const began = performance.now();
        try {
          await store.records.save(first, undefined, entryOf(first));
          acknowledged.set(first.ref.id, 1);
          if (acknowledged.size === killAfter) process.kill(Number(victim.pid), 'SIGKILL');
          await store.records.save(second, comparedWith(first), entryOf(second));
          acknowledged.set(first.ref.id, 2);
        } catch (error) {
          return { error, afterMs: performance.now() - began };
        }
      }
    }
  });
});

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
