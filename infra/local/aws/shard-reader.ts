import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { StreamPositions } from './stream-positions.ts';

export interface ShardReaderOptions {
  readonly client: DynamoDBStreamsClient;
  readonly streamArn: string;
  readonly positions: StreamPositions;
  /** Maximum number of records per read. */
  readonly batchSize: number;
  readonly signal: AbortSignal;
}

export interface ShardReader {
  /** Hands the next records of each open shard to `handle`. Resolves with false if there were none. */
  read(handle: (records: readonly StreamRecord[]) => Promise<void>): Promise<boolean>;
}

/** How far a shard has been read. */
interface Position {
  readonly shardId: string;
  iterator?: string | undefined;
  /** Sequence number of the last handled record. */
  after?: string | undefined;
}

/**
 * Reads a stream from where it was read before, else from its oldest record: a parent shard to its end, then the shards that
 * it was split into.
 */
export function createShardReader(options: ShardReaderOptions): ShardReader {
  const { client, streamArn, positions, batchSize, signal } = options;
  const open = new Map<string, Position>();
  const ended = new Set<string>();
  let allKnown = false;

  async function discover(): Promise<void> {
    let ExclusiveStartShardId: string | undefined;
    const listed = new Set<string>();
    do {
      const { StreamDescription } = await client.send(
        new DescribeStreamCommand({
          StreamArn: streamArn,
          ...(ExclusiveStartShardId && { ExclusiveStartShardId }),
        }),
        { abortSignal: signal },
      );
      for (const { ShardId = '', ParentShardId = '' } of StreamDescription?.Shards ?? []) {
        listed.add(ShardId);
        if (!ended.has(ShardId) && !open.has(ParentShardId))
          open.set(ShardId, { shardId: ShardId, after: positions.after(streamArn, ShardId) });
      }
      ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId;
    } while (ExclusiveStartShardId !== undefined);
    // The stream drops an ended shard in time, and never names it again.
    for (const shardId of ended) if (!listed.has(shardId)) ended.delete(shardId);
    allKnown = open.size > 0;
  }

  /** A shard has ended only when there is no next iterator; its ending sequence number proves nothing. */
  async function advance(position: Position, handle: Parameters<ShardReader['read']>[0]): Promise<boolean> {
    try {
      position.iterator ??= await iteratorAt(position);
      const command = new GetRecordsCommand({ ShardIterator: position.iterator, Limit: batchSize });
      const { Records = [], NextShardIterator } = await client.send(command, { abortSignal: signal });
      await handle(Records);
      const last = Records.at(-1)?.dynamodb?.SequenceNumber;
      position.after = last ?? position.after;
      position.iterator = NextShardIterator;
      // A run that is ended while it delivers has not handled all of them.
      if (last !== undefined && !signal.aborted) await positions.handled(streamArn, position.shardId, last);
      if (NextShardIterator === undefined) {
        open.delete(position.shardId);
        ended.add(position.shardId);
        allKnown = false;
      }
      return Records.length > 0;
    } catch (error) {
      // An iterator is valid for some minutes, and for one run of the engine.
      position.iterator = undefined;
      if ((error as Error).name === 'TrimmedDataAccessException') position.after = undefined;
      throw error;
    }
  }

  async function iteratorAt({ shardId, after }: Position): Promise<string | undefined> {
    const from =
      after === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' as const }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: after };
    const command = new GetShardIteratorCommand({ StreamArn: streamArn, ShardId: shardId, ...from });
    return (await client.send(command, { abortSignal: signal })).ShardIterator;
  }

  return {
    async read(handle) {
      if (!allKnown) await discover();
      let found = false;
      for (const position of open.values()) found = (await advance(position, handle)) || found;
      return found;
    },
  };
}
