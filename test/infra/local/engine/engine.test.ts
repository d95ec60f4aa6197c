import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DescribeTableCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTables, startEngine } from '../../../../infra/local/engine/engine.ts';
import { EngineNotFound } from '../../../../infra/local/engine/find-program.ts';
import { emptyLog, placedAfter } from '../../../../lib/domain/change.ts';
import { shardOf } from '../../../../lib/domain/shard.ts';
import { createDynamo } from '../../../../lib/store/dynamodb/client.ts';
import { eventOfImage } from '../../../../lib/store/outbox.ts';
import { createStore } from '../../../../lib/store/store.ts';
import { type Table, type TableName, tableName, tableNames, tables } from '../../../../lib/store/tables.ts';
import { eventOf, moveOf, recordOf, runOf, shardProgressOf } from '../../../store/samples.ts';

const given = { ...process.env };
let folder: string;

beforeEach(async () => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  folder = await mkdtemp(join(tmpdir(), 'engine-'));
});
afterEach(async () => {
  process.env = { ...given };
  await rm(folder, { recursive: true, force: true });
});

describe('The embedded engine', () => {
  test('keeps its data in the folder from one start to the next', async () => {
    const dataDir = join(folder, 'deep', 'data');
    const first = await startEngine({ dataDir });
    const before = createDynamo({ endpoint: first.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
    await createTables(before, 'kept');
    await createStore(before, 'kept').records.save(recordOf(), undefined, undefined);
    await first.stop();
    const second = await startEngine({ dataDir });
    const after = createDynamo({ endpoint: second.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
    await createTables(after, 'kept');
    expect(await createStore(after, 'kept').records.get(recordOf().ref)).toStrictEqual(recordOf());
    await second.stop();
  });

  test('is gone after stop', async () => {
    const engine = await startEngine();
    expect(isAlive(engine.pid)).toBe(true);
    await engine.stop();
    expect(isAlive(engine.pid)).toBe(false);
    await expect(fetch(engine.endpoint)).rejects.toThrow();
    await engine.stop();
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('does not outlive a process that ends by %s', async (signal) => {
    const module = new URL('../../../../infra/local/engine/engine.ts', import.meta.url).href;
    const script = `const e = await (await import('${module}')).startEngine(); console.log(e.pid); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    expect(isAlive(pid)).toBe(true);
    parent.kill(signal);
    await once(parent, 'exit');
    expect(await isGone(pid)).toBe(true);
  });

  test('reports the error output of an engine that does not start', async () => {
    process.env.DYNOXIDE_BIN = join(folder, 'broken');
    await writeFile(process.env.DYNOXIDE_BIN, '#!/bin/sh\necho "no room on the device" >&2\nexit 3\n');
    await chmod(process.env.DYNOXIDE_BIN, 0o755);
    await expect(startEngine()).rejects.toThrow(/DYNOXIDE_BIN did not start on port \d+: no room on the device/);
  });

  test('reports that a binary does not exist', async () => {
    process.env.DYNOXIDE_BIN = join(folder, 'nothing');
    await expect(startEngine()).rejects.toThrow(/DYNOXIDE_BIN did not start/);
  });

  test('is missing: the error names everything that can be set up', async () => {
    const arch = Object.getOwnPropertyDescriptor(process, 'arch') as PropertyDescriptor;
    delete process.env.DYNOXIDE_BIN;
    process.env.PATH = '';
    Object.defineProperty(process, 'arch', { ...arch, value: 'other' });
    try {
      const error = await startEngine().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(EngineNotFound);
      expect((error as EngineNotFound).choices.map((choice) => choice.split(':')[0])).toEqual([
        'AWS_ENDPOINT_URL_DYNAMODB',
        'DYNOXIDE_BIN',
        `the npm package @dynoxide/${process.platform}-other`,
        'dynoxide on PATH',
        'java on PATH, and DYNAMODB_LOCAL_DIR',
      ]);
    } finally {
      Object.defineProperty(process, 'arch', arch);
    }
  });

  test('is not started when AWS_ENDPOINT_URL_DYNAMODB names a running engine, which stop does not end', async () => {
    const engine = await startEngine();
    process.env.AWS_ENDPOINT_URL_DYNAMODB = engine.endpoint;
    const same = await startEngine();
    expect(same).toMatchObject({ endpoint: engine.endpoint, pid: undefined });
    await same.stop();
    expect(isAlive(engine.pid)).toBe(true);
    await engine.stop();
  });
});

describe('The tables', () => {
  test('are created once, with keys and indexes as described', async () => {
    const engine = await startEngine();
    const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
    await createTables(dynamo, 'once');
    await createTables(dynamo, 'once');
    const described = await Promise.all(
      tableNames.map((name) => dynamo.send(new DescribeTableCommand({ TableName: tableName('once', name) }))),
    );
    const shapes = described.map(({ Table }) => ({
      name: Table?.TableName,
      key: Table?.KeySchema?.map(({ AttributeName }) => AttributeName),
      indexes: Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).sort(),
    }));
    expect(shapes).toEqual(
      tableNames.map((name) => {
        const { partition, sort, indexes }: Table = tables[name];
        return {
          name: `once-${name}`,
          key: [partition.name, ...(sort === undefined ? [] : [sort.name])],
          indexes: indexes?.map((index) => index.name).sort(),
        };
      }),
    );
    await engine.stop();
  });

  test('keep an event unchanged for the stream, and expire it a week after it was published', async () => {
    const engine = await startEngine();
    const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
    await createTables(dynamo, 'events');
    const { outbox, changes } = createStore(dynamo, 'events');
    const TableName = tableName('events', 'outbox');
    const image = async () =>
      (await dynamo.send(new GetItemCommand({ TableName, Key: { id: { S: eventOf().id } } }))).Item ?? {};
    await outbox.put(eventOf());
    const put = await image();
    expect(eventOfImage(put)).toStrictEqual(eventOf());
    expect(put).toMatchObject({ pending: { S: expect.stringMatching(/^yes#\d+$/) } });
    expect(put.expiresAt).toBeUndefined();
    // Rule FEED-1: an event is published once it has its place in the log.
    await outbox.published(eventOf().id);
    expect(await image()).toEqual(put);
    expect(await changes.append(emptyLog, placedAfter(emptyLog, [eventOf()], Date.now()))).toBe(true);
    await outbox.published(eventOf().id);
    const published = await image();
    expect(published.pending).toBeUndefined();
    expect(Number(published.expiresAt?.N) * 1_000 - Date.now()).toBeGreaterThan(6 * 86_400_000);
    await engine.stop();
  });

  test('list records by shard, oldest check first, with their keys only', async () => {
    const engine = await startEngine();
    const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
    await createTables(dynamo, 'shards');
    const { records } = createStore(dynamo, 'shards');
    const saved = Array.from({ length: 40 }, (_, at) =>
      recordOf({ id: `id-${at}`, checkedAt: new Date(1_700_000_000_000 + ((at * 7) % 40) * 1_000).toISOString() }),
    );
    await Promise.all(saved.map((record) => records.save(record, undefined, undefined)));
    const byShard = await Promise.all(Array.from({ length: 16 }, (_, shard) => queryShard(shard)));
    byShard.forEach((items, shard) => {
      const expected = saved
        .map(({ ref, checkedAt }) => ({ ref: `asset#${ref.id}`, checkedAt, shard: shardOf(`asset#${ref.id}`) }))
        .filter((item) => item.shard === shard)
        .sort((a, b) => a.checkedAt.localeCompare(b.checkedAt));
      expect(items).toEqual(expected);
    });
    expect(byShard.flat()).toHaveLength(40);
    expect(byShard.filter((items) => items.length > 0).length).toBeGreaterThan(8);
    await engine.stop();

    async function queryShard(shard: number) {
      const answer = await dynamo.send(
        new QueryCommand({
          TableName: tableName('shards', 'records'),
          IndexName: 'by-checked',
          KeyConditionExpression: '#shard = :shard',
          ExpressionAttributeNames: { '#shard': 'shard' },
          ExpressionAttributeValues: { ':shard': shard },
        }),
      );
      return answer.Items ?? [];
    }
  });
});

describe('Items that expire, or that an older version of the code wrote', () => {
  test('a run and its shards expire after ninety days', async () => {
    const { engine, dynamo, store, table } = await startStore('kept', 'reconciliations');
    await store.reconciliations.begin(runOf(), undefined);
    await store.reconciliations.saveShard('run-1', shardProgressOf());
    const expiryOf = async (run: string, part: string) =>
      (await dynamo.send(new GetCommand({ TableName: table, Key: { run, part } }))).Item?.expiresAt;
    const began = Date.parse(runOf().startedAt) / 1_000;
    expect(await expiryOf('run-1', 'run')).toBe(began + 90 * 86_400);
    expect(await expiryOf('run-1', 'shard#07')).toBe(began + 90 * 86_400);
    expect(await expiryOf('latest', 'pointer')).toBeUndefined();
    await engine.stop();
  });

  test('after the latest run has expired, one next run begins as if there were none', async () => {
    const { engine, dynamo, store, table } = await startStore('dropped', 'reconciliations');
    await store.reconciliations.begin(runOf(), undefined);
    await dynamo.send(new DeleteCommand({ TableName: table, Key: { run: 'run-1', part: 'run' } }));
    expect(await store.reconciliations.latest()).toBeUndefined();
    const next = [1, 2, 3, 4].map((n) => runOf({ id: `next-${n}` }));
    const begun = await Promise.all(next.map((run) => store.reconciliations.begin(run, undefined)));
    expect(begun.filter(Boolean)).toHaveLength(1);
    expect(await store.reconciliations.latest()).toStrictEqual(next[begun.indexOf(true)]);
    await engine.stop();
  });

  test('a request for reconciliation without a timestamp counts as very old', async () => {
    const { engine, dynamo, store, table } = await startStore('older', 'progress');
    const reconcileFrom = { height: 10, reason: 'a gap', at: 'left out' };
    await store.progress.moveCursor(moveOf(null, 10, { reconcileFrom }));
    const withoutMoment = new UpdateCommand({
      TableName: table,
      Key: { name: 'chain' },
      UpdateExpression: 'REMOVE reconcileFrom.#at',
      ExpressionAttributeNames: { '#at': 'at' },
    });
    await dynamo.send(withoutMoment);
    const read = async () => (await store.progress.read()).reconcileFrom;
    expect(await read()).toStrictEqual({ ...reconcileFrom, at: '1970-01-01T00:00:00.000Z' });
    await store.progress.reconciled(9, '2026-01-01T00:00:00.000Z');
    expect(await read()).not.toBeNull();
    await store.progress.reconciled(10, '2026-01-01T00:00:00.000Z');
    expect(await read()).toBeNull();
    await engine.stop();
  });

  async function startStore(prefix: string, of: TableName) {
    const engine = await startEngine();
    const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
    await createTables(dynamo, prefix);
    return { engine, dynamo, store: createStore(dynamo, prefix), table: tableName(prefix, of) };
  }
});

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Polls until a deadline: only its parent is notified of a process's end. */
async function isGone(pid: number): Promise<boolean> {
  const deadline = Date.now() + 30_000;
  while (isAlive(pid) && Date.now() < deadline) await pause(5);
  return !isAlive(pid);
}
