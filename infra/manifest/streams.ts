import type { TableName, tables } from '../../lib/store/tables.ts';
import type { FunctionName } from './functions.ts';

export type StreamedTable = {
  [Name in TableName]: (typeof tables)[Name] extends { readonly stream: string } ? Name : never;
}[TableName];

/**
 * Delivers a table's changes to a function, in order for each item, at least once. The function reports the records that
 * failed; these and all later records of the batch are delivered again. A batch that fails as a whole is halved, until the
 * bad record is alone.
 */
export interface Stream {
  readonly table: StreamedTable;
  readonly function: FunctionName;
  readonly changes: readonly ('INSERT' | 'MODIFY' | 'REMOVE')[];
  /** Of these only: by an attribute, which is a text, of the item as it is then. */
  readonly where?: { readonly attribute: string; readonly is: string };
  readonly batchSize: number;
  /** How many batches of one shard may be at work at the same time. The changes of one item stay in order. */
  readonly parallel: number;
  /** How long changes may wait for others of their batch. */
  readonly windowSeconds: number;
  /** How often a failed record is retried before it becomes a dead letter. */
  readonly retries: number;
  /** A table's stream keeps a record for at most one day. */
  readonly maxAgeSeconds: number;
  /** Name of the dead-letter queue, without the environment's prefix. */
  readonly deadLetters: string;
}

const streamRetentionSeconds = 86_400;

export const streams: readonly Stream[] = [
  {
    table: 'conflicts',
    function: 'resolve-conflict',
    // Opening a conflict again modifies the existing item.
    changes: ['INSERT', 'MODIFY'],
    // Resolutions, of which half of the changes are, need no one.
    where: { attribute: 'status', is: 'open' },
    // Each conflict may call several nodes. Mass conflicts are worked off four batches at a time, which leaves nodes to readers.
    batchSize: 5,
    parallel: 4,
    windowSeconds: 0,
    retries: 5,
    maxAgeSeconds: streamRetentionSeconds,
    deadLetters: 'unresolved-conflicts',
  },
  {
    table: 'outbox',
    function: 'publish-events',
    changes: ['INSERT'],
    batchSize: 100,
    // One sequencer: events take their places in the log by conditional writes of one item.
    parallel: 1,
    windowSeconds: 1,
    retries: 5,
    maxAgeSeconds: streamRetentionSeconds,
    deadLetters: 'unpublished-events',
  },
];
