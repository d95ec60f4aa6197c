import { randomUUID } from 'node:crypto';
import type { _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import { shardKeyOf } from '../../../lib/store/index-shards.ts';
import { streams as manifestStreams, type Stream } from '../../manifest.ts';
import type { TableChange } from '../memory/changes.ts';
import type { MemoryTables } from '../memory/tables.ts';
import { createDeadLetters } from './dead-letters.ts';
import type { Functions } from './functions.ts';
import { deliver } from './stream-delivery.ts';
import type { Streams } from './streams.ts';
import { isWantedBy } from './wanted-record.ts';

export interface MemoryStreamOptions {
  readonly tables: MemoryTables;
  readonly functions: Functions;
  /** Pause before a failed record is retried. */
  readonly pauseMs?: number;
  readonly report?: (message: string) => void;
}

export interface MemoryStreams extends Streams {
  /** Takes a change of a table, to be delivered after those before it. */
  take(change: TableChange): void;
}

/** Delivers changes of the tables in memory to the functions of the manifest's streams, like the streams of an engine. */
export function createMemoryStreams(options: MemoryStreamOptions): MemoryStreams {
  const { tables, functions, pauseMs = 250, report = (message) => console.error(message) } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const { onDeadLetter, deadLetters } = createDeadLetters(report);
  const queues = manifestStreams.map((stream): Queue => ({ stream, waiting: [], running: undefined }));
  let sequence = 0;

  /** One batch after the other, until nothing waits. */
  async function drain({ stream, waiting }: Queue): Promise<void> {
    // The first change is part of a write that has not returned yet.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0 && !signal.aborted) {
      const batch = waiting.splice(0, stream.batchSize);
      await deliver(batch, arnOf(stream), { stream, functions, pauseMs, onDeadLetter, signal });
    }
  }

  function run(queue: Queue): void {
    queue.running ??= drain(queue).finally(() => {
      queue.running = undefined;
      if (queue.waiting.length > 0 && !signal.aborted) run(queue);
    });
  }

  return {
    take(change) {
      sequence += 1;
      for (const queue of queues) {
        if (queue.stream.table !== change.table) continue;
        const record = recordOf(change, sequence, tables);
        if (!isWantedBy(queue.stream, record)) continue;
        queue.waiting.push(record);
        run(queue);
      }
    },
    deadLetters,
    async close() {
      closing.abort();
      await Promise.all(queues.map(({ running }) => running));
    },
  };
}

interface Queue {
  readonly stream: Stream;
  readonly waiting: StreamRecord[];
  /** The delivery that is at work. */
  running: Promise<void> | undefined;
}

const arnOf = ({ table }: Stream): string => `arn:aws:dynamodb:local:000000000000:table/${table}/stream/memory`;

/** In the form of the wire. */
function recordOf(change: TableChange, sequence: number, tables: MemoryTables): StreamRecord {
  return {
    eventID: randomUUID(),
    eventName: change.change,
    eventSource: 'aws:dynamodb',
    dynamodb: {
      ApproximateCreationDateTime: new Date(),
      Keys: { id: { S: change.id } },
      NewImage: imageOf(change, tables),
      SequenceNumber: String(sequence).padStart(21, '0'),
      StreamViewType: 'NEW_IMAGE',
    },
  };
}

/** A conflict's image holds its key and status alone: its function reads the conflict again. */
function imageOf(
  { table, id }: TableChange,
  { outbox, conflicts }: MemoryTables,
): NonNullable<StreamRecord['dynamodb']>['NewImage'] {
  const event = table === 'outbox' ? outbox.get(id)?.event : undefined;
  if (event === undefined) return { id: { S: id }, status: { S: conflicts.get(id)?.status ?? '' } };
  const { type, at, detail } = event;
  return {
    id: { S: id },
    type: { S: type },
    at: { S: at },
    detail: { S: JSON.stringify(detail) },
    pending: { S: shardKeyOf('yes', id) },
  };
}
