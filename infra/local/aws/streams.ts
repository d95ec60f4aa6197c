import { setTimeout as pause } from 'node:timers/promises';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamsClient, _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import type { Dynamo } from '../../../lib/store/dynamodb/client.ts';
import { tableName } from '../../../lib/store/tables.ts';
import { streams as manifestStreams, type Stream } from '../../manifest.ts';
import { createDeadLetters } from './dead-letters.ts';
import type { Functions } from './functions.ts';
import { createShardReader, type ShardReader } from './shard-reader.ts';
import { type DeadLetter, deliver } from './stream-delivery.ts';
import { forgottenPositions, type StreamPositions } from './stream-positions.ts';
import { isWantedBy } from './wanted-record.ts';

export interface StreamOptions {
  readonly dynamo: Dynamo;
  readonly client: DynamoDBStreamsClient;
  /** Prefix of the tables' names. */
  readonly prefix: string;
  readonly functions: Functions;
  readonly streams?: readonly Stream[];
  /** Left out: each start reads the streams from their oldest records. */
  readonly positions?: StreamPositions;
  /** Pause between two reads of a stream without new records, and before a failed record is retried. */
  readonly pauseMs?: number;
  readonly report?: (message: string) => void;
}

export interface Streams {
  /** The last 1,000 records that failed at every attempt, newest last. */
  deadLetters(): readonly DeadLetter[];
  /** Waits for running functions. The next start delivers the records that are left. */
  close(): Promise<void>;
}

/**
 * Delivers the manifest's streams, each from where it was read before, else from the oldest record that the engine has. A
 * record may be delivered again, as on AWS at any time.
 */
export function pollStreams(options: StreamOptions): Streams {
  const { streams = manifestStreams, report = (message) => console.error(message) } = options;
  const closing = new AbortController();
  const { onDeadLetter, deadLetters } = createDeadLetters(report);
  const polling = streams.map((stream) => poll(stream, { ...options, report, onDeadLetter, signal: closing.signal }));
  return {
    deadLetters,
    async close() {
      closing.abort();
      await Promise.all(polling);
    },
  };
}

interface Polling extends StreamOptions {
  readonly report: (message: string) => void;
  readonly onDeadLetter: (letter: DeadLetter) => void;
  readonly signal: AbortSignal;
}

async function poll(stream: Stream, polling: Polling): Promise<void> {
  const { dynamo, client, prefix, positions = forgottenPositions(), pauseMs = 250, report, signal } = polling;
  let shards: ShardReader | undefined;
  let streamArn = '';
  let isReported = false;
  while (!signal.aborted) {
    try {
      if (shards === undefined) {
        streamArn = await streamArnOf(tableName(prefix, stream.table), dynamo);
        shards = createShardReader({ client, streamArn, positions, batchSize: stream.batchSize, signal });
      }
      const found = await shards.read((records) =>
        deliver(records.filter(isWanted), streamArn, { stream, ...polling, pauseMs }),
      );
      isReported = false;
      if (!found) await wait();
    } catch (error) {
      if (!isReported && !signal.aborted) report(`The stream of ${stream.table} cannot be read: ${String(error)}`);
      isReported = true;
      await wait();
    }
  }

  /** The engine keeps records for ever; a stream on AWS drops old ones. */
  function isWanted(record: StreamRecord): boolean {
    const age = Date.now() - (record.dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0);
    return age < stream.maxAgeSeconds * 1000 && isWantedBy(stream, record);
  }

  async function wait(): Promise<void> {
    await pause(pauseMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

async function streamArnOf(TableName: string, dynamo: Dynamo): Promise<string> {
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
  if (Table?.LatestStreamArn === undefined) throw new Error(`the table ${TableName} has no stream`);
  return Table.LatestStreamArn;
}
