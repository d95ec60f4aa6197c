import type { TableName, tables } from '../../lib/store/tables.ts';
import type { FunctionName } from './functions.ts';

export type StreamedTable = {
  [Name in TableName]: (typeof tables)[Name] extends { readonly stream: string } ? Name : never;
}[TableName];

/**
 * What is written to a table is handed to a function, in order per item and at least once. The function names those that
 * failed; it is given them, and what came behind them, again. A batch that fails as a whole is halved, so that one bad
 * record ends alone.
 */
export interface Stream {
  readonly table: StreamedTable;
  readonly function: FunctionName;
  readonly changes: readonly ('INSERT' | 'MODIFY' | 'REMOVE')[];
  readonly batchSize: number;
  /** How often one that failed is tried again before it goes to the dead letters. */
  readonly retries: number;
  /** A table's stream holds no record for longer than a day. */
  readonly maxAgeSeconds: number;
  /** The queue, named behind the environment's prefix. */
  readonly deadLetters: string;
}

const untilForgotten = 86_400;

export const streams: readonly Stream[] = [
  {
    table: 'conflicts',
    function: 'resolve-conflict',
    // One that is opened anew is a change of the item that is there.
    changes: ['INSERT', 'MODIFY'],
    // Each one may ask several nodes.
    batchSize: 5,
    retries: 5,
    maxAgeSeconds: untilForgotten,
    deadLetters: 'unresolved-conflicts',
  },
  {
    table: 'outbox',
    function: 'publish-events',
    changes: ['INSERT'],
    batchSize: 100,
    retries: 5,
    maxAgeSeconds: untilForgotten,
    deadLetters: 'unpublished-events',
  },
];
