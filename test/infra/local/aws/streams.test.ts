import { getEventListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { createShardReader } from '../../../../infra/local/aws/shard-reader.ts';
import { forgottenPositions, keptPositions } from '../../../../infra/local/aws/stream-positions.ts';
import { pollStreams, type Streams } from '../../../../infra/local/aws/streams.ts';
import { createTables, type Engine, startEngine } from '../../../../infra/local/engine/engine.ts';
import type { Stream } from '../../../../infra/manifest.ts';
import { createDynamo, type Dynamo } from '../../../../lib/store/dynamodb/client.ts';
import { tableName } from '../../../../lib/store/tables.ts';
import { eventually } from '../../../faults/child.ts';

let engine: Engine;
let dynamo: Dynamo;
let client: DynamoDBStreamsClient;
let prefix: string;
let streams: Streams | undefined;
let reports: string[];
let tables = 0;

beforeAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  engine = await startEngine();
});
afterAll(() => engine.stop());

beforeEach(async () => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
  client = new DynamoDBStreamsClient({ endpoint: engine.endpoint, region: 'local', credentials, maxAttempts: 1 });
  tables += 1;
  prefix = `streams-${tables}`;
  reports = [];
  await createTables(dynamo, prefix);
});
afterEach(async () => {
  await streams?.close();
  client.destroy();
  dynamo.destroy();
});

type Take = (records: readonly DynamoDBRecord[]) => Promise<DynamoDBBatchResponse | undefined>;

const stream: Stream = {
  table: 'conflicts',
  function: 'resolve-conflict',
  changes: ['INSERT'],
  batchSize: 4,
  parallel: 1,
  windowSeconds: 0,
  retries: 2,
  maxAgeSeconds: 60,
  deadLetters: 'nowhere',
};

function start(take: Take, changed: Partial<Stream> = {}, positions = forgottenPositions()): void {
  streams = pollStreams({
    dynamo,
    client,
    prefix,
    functions: new Map([['resolve-conflict', (event) => take((event as DynamoDBStreamEvent).Records)]]),
    streams: [{ ...stream, ...changed }],
    positions,
    pauseMs: 2,
    report: (message) => reports.push(message),
  });
}

const put = async (...ids: string[]): Promise<void> => {
  const TableName = tableName(prefix, 'conflicts');
  for (const id of ids) await dynamo.send(new PutCommand({ TableName, Item: { id, count: 1 } }));
};
const idOf = (record: DynamoDBRecord): string => record.dynamodb?.Keys?.id?.S ?? '';
const failing = (...records: DynamoDBRecord[]): DynamoDBBatchResponse => ({
  batchItemFailures: records.map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? '' })),
});

test('changes are delivered in order, in the shape of Lambda', async () => {
  const seen: DynamoDBRecord[] = [];
  await put('a', 'b', 'c', 'd', 'e');
  start(async (records) => {
    seen.push(...records);
    return { batchItemFailures: [] };
  });
  await eventually(() => seen.length === 5);
  await put('f');
  await eventually(() => seen.length === 6);
  expect(seen.map(idOf).join('')).toBe('abcdef');
  expect(seen[0]).toMatchObject({
    eventID: expect.any(String),
    eventName: 'INSERT',
    eventSource: 'aws:dynamodb',
    eventSourceARN: expect.stringMatching(new RegExp(`:table/${prefix}-conflicts/stream/`)),
    dynamodb: {
      Keys: { id: { S: 'a' } },
      NewImage: { id: { S: 'a' }, count: { N: '1' } },
      SequenceNumber: expect.any(String),
      StreamViewType: 'NEW_IMAGE',
    },
  });
  const at = seen[0]?.dynamodb?.ApproximateCreationDateTime ?? 0;
  expect([Number.isInteger(at), Math.abs(at - Date.now() / 1000) < 60]).toEqual([true, true]);
});

test('a start on kept positions delivers what came since, and nothing again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'streams-'));
  const seen: string[] = [];
  const take: Take = async (records) => {
    seen.push(...records.map(idOf));
    return { batchItemFailures: [] };
  };
  try {
    const positions = keptPositions(join(folder, 'streams.json'));
    await put('a', 'b', 'c', 'd', 'e');
    const written = Promise.withResolvers<void>();
    start(
      take,
      {},
      {
        ...positions,
        async handled(...position) {
          await positions.handled(...position);
          if (seen.length === 5) written.resolve();
        },
      },
    );
    await written.promise;
    await streams?.close();
    await put('f');
    start(take, {}, keptPositions(join(folder, 'streams.json')));
    await eventually(() => seen.includes('f'));
    expect(seen.join('')).toBe('abcdef');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('only the changes that the stream names are delivered', async () => {
  const seen: string[] = [];
  await put('a');
  const TableName = tableName(prefix, 'conflicts');
  await dynamo.send(
    new UpdateCommand({
      TableName,
      Key: { id: 'a' },
      UpdateExpression: 'SET more = :more',
      ExpressionAttributeValues: { ':more': 1 },
    }),
  );
  await put('b');
  start(
    async (records) => {
      seen.push(...records.map((record) => `${record.eventName} ${idOf(record)}`));
      return undefined;
    },
    { changes: ['MODIFY'] },
  );
  await eventually(() => seen.length > 0);
  await streams?.close();
  expect(seen).toEqual(['MODIFY a']);
});

test('the first reported record and all later records are delivered again; earlier records are not', async () => {
  const seen: string[] = [];
  await put('a', 'b', 'c', 'd');
  start(async (records) => {
    seen.push(records.map(idOf).join(''));
    return seen.length === 1 ? failing(...records.slice(2), ...records.slice(1, 2)) : { batchItemFailures: [] };
  });
  await eventually(() => seen.length === 2);
  expect(seen).toEqual(['abcd', 'bcd']);
  expect(streams?.deadLetters()).toEqual([]);
});

test('a record that fails at every attempt becomes a dead letter; the next records are delivered', async () => {
  const seen: string[] = [];
  await put('a', 'b', 'c');
  start(async (records) => {
    seen.push(records.map(idOf).join(''));
    return failing(...records.filter((record) => idOf(record) === 'b'));
  });
  await eventually(() => seen.at(-1) === 'c');
  expect(seen).toEqual(['abc', 'bc', 'bc', 'c']);
  expect(streams?.deadLetters()).toEqual([
    {
      table: 'conflicts',
      function: 'resolve-conflict',
      sequenceNumber: expect.any(String),
      keys: { id: { S: 'b' } },
      error: 'the function reported this record as failed',
    },
  ]);
  expect(reports).toEqual([
    'Dead letter: resolve-conflict could not handle a record of conflicts: {"id":{"S":"b"}} the function reported this record as failed',
  ]);
});

test.each<[string, Take]>([
  [
    'throws',
    async (records) => {
      if (records.some((record) => idOf(record) === 'c')) throw new Error('poison:\n  a stack');
      return undefined;
    },
  ],
  [
    'reports a record that is not in the batch',
    async (records) =>
      records.some((record) => idOf(record) === 'c') ? { batchItemFailures: [{ itemIdentifier: '' }] } : undefined,
  ],
])('a function that %s gets halves of its batch, until the bad record is alone', async (_how, take) => {
  const handled: string[] = [];
  const sizes: number[] = [];
  await put('a', 'b', 'c', 'd', 'e');
  start(async (records) => {
    sizes.push(records.length);
    const answer = await take(records);
    if (answer === undefined) handled.push(...records.map(idOf));
    return answer;
  });
  await eventually(() => handled.includes('e'));
  expect(handled.join('')).toBe('abde');
  // 4 fail, 2 are handled, 2 fail; the bad record fails alone three times; then its neighbour and the next batch are handled.
  expect(sizes).toEqual([4, 2, 2, 1, 1, 1, 1, 1]);
  expect(streams?.deadLetters().map(({ keys }) => keys)).toEqual([{ id: { S: 'c' } }]);
  expect(reports.join()).not.toContain('\n');
});

test('close waits for the running function and delivers nothing more; the next start begins at the oldest record', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const seen: string[] = [];
  const done: string[] = [];
  await put('a', 'b');
  start(
    async (records) => {
      seen.push(...records.map(idOf));
      await released;
      done.push(...records.map(idOf));
      return undefined;
    },
    { batchSize: 1 },
  );
  await eventually(() => seen.length === 1);
  const closing = streams?.close().then(() => [...done]);
  release();
  expect(await closing).toEqual(['a']);
  expect(seen).toEqual(['a']);
  start(async (records) => {
    seen.push(...records.map(idOf));
    return undefined;
  });
  await eventually(() => seen.length === 3);
  expect(seen).toEqual(['a', 'a', 'b']);
});

test('failed reads are reported once; reading continues after the last handled record', async () => {
  const seen: string[] = [];
  let broken = 0;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== 'GetRecordsCommand' || broken === 0) return next(args);
        broken -= 1;
        throw Object.assign(new Error('its iterator is too old'), { name: 'ExpiredIteratorException' });
      },
    { step: 'initialize', name: 'faults' },
  );
  start(async (records) => {
    seen.push(...records.map(idOf));
    return undefined;
  });
  await put('a');
  await eventually(() => seen.length === 1);
  broken = 3;
  await eventually(() => broken === 0);
  await put('b');
  await eventually(() => seen.length === 2);
  expect(seen).toEqual(['a', 'b']);
  expect(reports).toEqual([
    'The stream of conflicts cannot be read: ExpiredIteratorException: its iterator is too old',
  ]);
});

const written = (SequenceNumber: string, secondsAgo = 0) => ({
  eventName: 'INSERT' as const,
  dynamodb: {
    SequenceNumber,
    ApproximateCreationDateTime: new Date(Date.now() - secondsAgo * 1000),
    Keys: { id: { S: SequenceNumber } },
  },
});

test('records that are older than the stream keeps are skipped', async () => {
  const engineOfOld = mockClient(client);
  engineOfOld.on(DescribeStreamCommand).resolves({ StreamDescription: { Shards: [{ ShardId: 'one' }] } });
  engineOfOld.on(GetShardIteratorCommand).resolves({ ShardIterator: 'first' });
  engineOfOld.on(GetRecordsCommand).resolves({ Records: [], NextShardIterator: 'next' });
  engineOfOld
    .on(GetRecordsCommand, { ShardIterator: 'first', Limit: 4 })
    .resolves({ Records: [written('1', 61), written('2', 1)], NextShardIterator: 'next' });
  const seen: string[] = [];
  start(async (records) => {
    seen.push(...records.map(idOf));
    return undefined;
  });
  await eventually(() => engineOfOld.commandCalls(GetRecordsCommand, { ShardIterator: 'next' }).length > 0);
  expect([seen, streams?.deadLetters()]).toEqual([['2'], []]);
  engineOfOld.restore();
});

test('child shards are read after the end of their parent; the ending sequence number does not end a shard', async () => {
  const shards = mockClient(client);
  shards.on(DescribeStreamCommand).resolves({
    StreamDescription: {
      Shards: [
        { ShardId: 'parent', SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: '1' } },
        { ShardId: 'child', ParentShardId: 'parent', SequenceNumberRange: { StartingSequenceNumber: '3' } },
      ],
    },
  });
  shards.on(GetShardIteratorCommand, { ShardId: 'parent' }).resolves({ ShardIterator: 'parent 1' });
  shards.on(GetShardIteratorCommand, { ShardId: 'child' }).resolves({ ShardIterator: 'child 1' });
  shards.on(GetRecordsCommand).resolves({ Records: [], NextShardIterator: 'child 2' });
  const parent = (ShardIterator: string) => shards.on(GetRecordsCommand, { ShardIterator, Limit: 4 });
  parent('parent 1').resolves({ Records: [written('1')], NextShardIterator: 'parent 2' });
  parent('parent 2').resolves({ Records: [written('2')] });
  parent('child 1').resolves({ Records: [written('3')], NextShardIterator: 'child 2' });
  const seen: string[] = [];
  start(async (records) => {
    seen.push(...records.map(idOf));
    return undefined;
  });
  await eventually(() => shards.commandCalls(GetRecordsCommand, { ShardIterator: 'child 2' }).length > 1);
  expect(seen).toEqual(['1', '2', '3']);
  shards.restore();
});

test('however often a stream is read, the signal that ends the reading has no more listeners', async () => {
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: tableName(prefix, 'conflicts') }));
  const { signal } = new AbortController();
  const streamArn = Table?.LatestStreamArn ?? '';
  const reader = createShardReader({ client, streamArn, positions: forgottenPositions(), batchSize: 4, signal });
  await put('a');
  let found = 0;
  const count = async (records: readonly unknown[]): Promise<void> => {
    found += records.length;
  };
  for (let round = 0; round < 100; round += 1) await reader.read(count);
  expect(found).toBe(1);
  // The SDK takes its own away when the request has closed, which may be after the answer.
  await eventually(() => getEventListeners(signal, 'abort').length === 0);
});
