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
  readonly batchSize: number;
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
    // Each conflict may call several nodes.
    batchSize: 5,
    retries: 5,
    maxAgeSeconds: streamRetentionSeconds,
    deadLetters: 'unresolved-conflicts',
  },
  {
    table: 'outbox',
    function: 'publish-events',
    changes: ['INSERT'],
    batchSize: 100,
    retries: 5,
    maxAgeSeconds: streamRetentionSeconds,
    deadLetters: 'unpublished-events',
  },
];
