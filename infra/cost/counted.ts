import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What DynamoDB would charge on demand. */
export interface StoreUnits {
  readonly requests: number;
  /** Read request units. */
  readonly reads: number;
  /** Write request units. */
  readonly writes: number;
  /** Write request units of writes that their condition refused. */
  readonly refused: number;
}

export interface OperationCounts extends StoreUnits {
  /** JSON-RPC requests to nodes. */
  readonly calls: number;
}

/** What a process of a built function wrote to its log. */
export interface Logged {
  readonly lines: number;
  readonly bytes: number;
}

/** `counted.json`, written by `npm run bench -- cost`. */
export interface CostCounts {
  readonly operations: Readonly<Record<OperationName, OperationCounts>>;
  /** What one process of the built `get-entity` logs that has answered 200 hits within a minute. */
  readonly hitLog: Logged;
  /** What another one logs of one cold read. */
  readonly coldLog: Logged;
  /** What one of the built `sync` logs of a tick. */
  readonly tickLog: Logged;
  /** Headers and body of a hit. */
  readonly answerBytes: number;
  /** Write request units of an answer whose explanation is kept. */
  readonly explanationWrites: number;
  /** Write request units for 1,000 requests of a caller that uses its limit. */
  readonly limitWrites: number;
  /** Of one tracked record: in all tables, and in those whose past can be restored. */
  readonly storedBytes: { readonly all: number; readonly restorable: number };
}

/** What is counted, in the order of the table. */
export const operationNames = {
  'hit in memory': 'a hit that the process remembers, for up to 5 seconds',
  hit: 'a hit in a second in which the process has read its progress already',
  'first hit of a second': 'the first hit of a process in a second: progress and basis too',
  'batch of 20 hits': 'a batch of 20 hits, the first request of its second',
  'cold account': 'an account that is not stored',
  'cold asset': 'a token of a known collection that is not stored',
  'cold staking': 'a staking position that is not stored, with three validators',
  'cold transaction': 'a transaction that is not stored',
  absent: 'a token that does not exist',
  unchanged: 'an account with `no-cache`, unchanged',
  'renewal of an account': 'a hit that renews the date of its record, after 21 days',
  'renewal of an asset': 'the same for a token',
  'tick of 1 block': 'a tick of sync with one new block, nothing tracked',
  'tick of 10 blocks': 'the same with ten',
  'published event': 'an event that gets its place in the log and is marked as published, alone in its batch',
  'changed record': 'a tracked record that a block has changed: what it adds to a tick',
  'empty reconciliation': 'a run of reconciliation without records',
  'reconciled record': 'what each record adds to it',
} as const;

export type OperationName = keyof typeof operationNames;

export const countedFile = join(import.meta.dirname, 'counted.json');

export const readCounted = (): CostCounts => JSON.parse(readFileSync(countedFile, 'utf8')) as CostCounts;
