import { setTimeout as pause } from 'node:timers/promises';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { Dynamo } from '../../../lib/store/dynamodb/client.ts';
import { tableName } from '../../../lib/store/tables.ts';
import { streams as manifestStreams, type Stream } from '../../manifest.ts';
import type { Functions } from './functions.ts';
import { type DeadLetter, deliver } from './stream-delivery.ts';

export interface StreamOptions {
  readonly dynamo: Dynamo;
  readonly client: DynamoDBStreamsClient;
  /** Of the tables' names. */
  readonly prefix: string;
  readonly functions: Functions;
  readonly streams?: readonly Stream[];
  /** Between two looks at a stream that has nothing new, and before what failed is tried again. */
  readonly pauseMs?: number;
  readonly report?: (message: string) => void;
}

export interface Streams {
  /** The records that were given up, the newest last. */
  deadLetters(): readonly DeadLetter[];
  /** Waits for the functions that are running; what was not handed out by then is, at the next start. */
  close(): Promise<void>;
}

/**
 * The manifest's streams, from the oldest record that the engine has: a record may come again after each start, as it may
 * on AWS at any time.
 */
export function pollStreams(options: StreamOptions): Streams {
  const { streams = manifestStreams, report = (message) => console.error(message) } = options;
  const closing = new AbortController();
  const dead: DeadLetter[] = [];
  const bury = (letter: DeadLetter): void => {
    dead.push(letter);
    report(`${letter.function} could not handle a record of ${letter.table}: ${oneLine(letter)}`);
  };
  const polling = streams.map((stream) => poll(stream, { ...options, report, bury, signal: closing.signal }));
  return {
    deadLetters: () => [...dead],
    async close() {
      closing.abort();
      await Promise.all(polling);
    },
  };
}

const oneLine = ({ keys, error }: DeadLetter): string => `${JSON.stringify(keys)} ${error.replace(/\s*\n\s*/g, ' ')}`;

interface Polling extends StreamOptions {
  readonly report: (message: string) => void;
  readonly bury: (letter: DeadLetter) => void;
  readonly signal: AbortSignal;
}

/** How far a shard has been read. */
interface Position {
  readonly shardId: string;
  iterator?: string | undefined;
  /** Sequence number of the last record that was handled. */
  after?: string | undefined;
}

async function poll(stream: Stream, polling: Polling): Promise<void> {
  const { dynamo, client, prefix, pauseMs = 250, report, signal } = polling;
  const open = new Map<string, Position>();
  const ended = new Set<string>();
  let streamArn: string | undefined;
  let allKnown = false;
  let complained = false;
  while (!signal.aborted) {
    try {
      streamArn ??= await arnOf();
      if (!allKnown) await discover(streamArn);
      allKnown = open.size > 0;
      let found = false;
      for (const position of open.values()) found = (await advance(streamArn, position)) || found;
      complained = false;
      if (!found) await rest();
    } catch (error) {
      if (!complained && !signal.aborted) report(`The stream of ${stream.table} cannot be read: ${String(error)}`);
      complained = true;
      await rest();
    }
  }

  async function arnOf(): Promise<string> {
    const TableName = tableName(prefix, stream.table);
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
    if (Table?.LatestStreamArn === undefined) throw new Error('the table has none');
    return Table.LatestStreamArn;
  }

  /** A shard's records come before those of the shards that it was split into. */
  async function discover(StreamArn: string): Promise<void> {
    let ExclusiveStartShardId: string | undefined;
    do {
      const { StreamDescription } = await client.send(
        new DescribeStreamCommand({ StreamArn, ...(ExclusiveStartShardId && { ExclusiveStartShardId }) }),
        { abortSignal: signal },
      );
      for (const { ShardId = '', ParentShardId = '' } of StreamDescription?.Shards ?? []) {
        if (!ended.has(ShardId) && !open.has(ParentShardId)) open.set(ShardId, { shardId: ShardId });
      }
      ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId;
    } while (ExclusiveStartShardId !== undefined);
  }

  /** Hands the next records to the function; whether there were any. A shard has ended when there is no next iterator, and not before. */
  async function advance(StreamArn: string, position: Position): Promise<boolean> {
    try {
      position.iterator ??= await iteratorAt(StreamArn, position);
      const command = new GetRecordsCommand({ ShardIterator: position.iterator, Limit: stream.batchSize });
      const { Records = [], NextShardIterator } = await client.send(command, { abortSignal: signal });
      await deliver(Records.filter(isWanted), StreamArn, { stream, ...polling, pauseMs });
      position.after = Records.at(-1)?.dynamodb?.SequenceNumber ?? position.after;
      position.iterator = NextShardIterator;
      if (NextShardIterator === undefined) {
        open.delete(position.shardId);
        ended.add(position.shardId);
        allKnown = false;
      }
      return Records.length > 0;
    } catch (error) {
      // An iterator is good for some minutes only, and for one engine's lifetime.
      position.iterator = undefined;
      if ((error as Error).name === 'TrimmedDataAccessException') position.after = undefined;
      throw error;
    }
  }

  async function iteratorAt(StreamArn: string, { shardId, after }: Position): Promise<string | undefined> {
    const from =
      after === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' as const }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: after };
    const command = new GetShardIteratorCommand({ StreamArn, ShardId: shardId, ...from });
    return (await client.send(command, { abortSignal: signal })).ShardIterator;
  }

  /** The engine never forgets; a stream does. */
  function isWanted({ eventName, dynamodb }: StreamRecord): boolean {
    const age = Date.now() - (dynamodb?.ApproximateCreationDateTime?.getTime() ?? 0);
    return age < stream.maxAgeSeconds * 1000 && stream.changes.some((change) => change === eventName);
  }

  async function rest(): Promise<void> {
    await pause(pauseMs, undefined, { signal, ref: false }).catch(() => {});
  }
}
