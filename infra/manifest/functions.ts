import type { TableName } from '../../lib/store/tables.ts';

export type TableUse = 'read' | 'write';

/**
 * The DynamoDB actions behind each use; whatever is not named here, no function may do. There is no DeleteItem (only
 * TTL removes items, and audit entries stay), no BatchWriteItem (its permission covers deletes) and no Scan. A
 * transaction needs the permissions of its parts, nothing of its own. Who appends to a trail looks up its end.
 */
export const tableActions: Record<TableName, Record<TableUse, readonly string[]>> = {
  records: { read: ['GetItem', 'BatchGetItem'], write: ['PutItem', 'UpdateItem'] },
  audit: { read: ['Query', 'BatchGetItem'], write: ['Query', 'PutItem'] },
  conflicts: { read: ['GetItem', 'BatchGetItem'], write: ['PutItem'] },
  outbox: { read: ['BatchGetItem'], write: ['PutItem', 'UpdateItem'] },
  reconciliations: { read: ['GetItem', 'BatchGetItem', 'Query'], write: ['PutItem', 'UpdateItem'] },
  watches: { read: ['BatchGetItem', 'Query'], write: ['UpdateItem'] },
  cache: { read: ['GetItem'], write: ['PutItem'] },
  progress: { read: ['GetItem', 'BatchGetItem'], write: ['PutItem', 'UpdateItem'] },
};

export interface FunctionDefinition {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly tables: Readonly<Partial<Record<TableName, readonly TableUse[]>>>;
  /** Indexes that it may query. */
  readonly indexes?: Readonly<Partial<Record<TableName, readonly string[]>>>;
  /** May start `refresh`, asynchronously: the reader's answer leaves before the refresh is done. */
  readonly invokesRefresh?: true;
  /** Gets the nodes' endpoints, which may hold secrets. */
  readonly usesChain?: true;
  /** May put domain events on the bus. */
  readonly publishesEvents?: true;
  /** May start the state machine `reconcile`, whose ARN it gets. */
  readonly startsReconciliation?: true;
}

/**
 * Of whoever saves. A save may open a conflict, and tells of the change by an event in the outbox; the trail and the
 * watches are only written: history and sync read them.
 */
const saving = {
  records: ['read', 'write'],
  audit: ['write'],
  conflicts: ['read', 'write'],
  outbox: ['write'],
  watches: ['write'],
  cache: ['read', 'write'],
  progress: ['read', 'write'],
} as const;

const following = { ...saving, watches: ['read', 'write'] } as const;

/** Each is a step of the state machine `reconcile`. */
const reconciling = {
  'begin-reconciliation': {
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: { reconciliations: ['read', 'write'], progress: ['read', 'write'], audit: ['write'] },
    usesChain: true,
  },
  'resolve-overdue': {
    memoryMb: 1024,
    timeoutSeconds: 240,
    tables: { ...saving, outbox: ['read', 'write'], reconciliations: ['read'] },
    indexes: { conflicts: ['by-status'], outbox: ['by-pending'] },
    usesChain: true,
    publishesEvents: true,
  },
  'sweep-shard': {
    memoryMb: 1024,
    timeoutSeconds: 240,
    tables: { ...following, audit: ['read', 'write'], reconciliations: ['read', 'write'] },
    indexes: { records: ['by-checked', 'by-owner'], conflicts: ['by-status'] },
    usesChain: true,
  },
  'finish-reconciliation': {
    memoryMb: 512,
    timeoutSeconds: 120,
    tables: { reconciliations: ['read', 'write'], progress: ['read', 'write'], outbox: ['write'] },
    indexes: { records: ['by-checked'] },
  },
} as const satisfies Record<string, FunctionDefinition>;

/** Name = file under `functions/`. */
export const functions = {
  'get-entity': { memoryMb: 1024, timeoutSeconds: 29, tables: saving, invokesRefresh: true, usesChain: true },
  'find-entities': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { records: ['read'], progress: ['read'] },
    indexes: { records: ['by-owner'] },
  },
  lookup: { memoryMb: 1024, timeoutSeconds: 29, tables: saving, invokesRefresh: true, usesChain: true },
  'get-history': { memoryMb: 512, timeoutSeconds: 10, tables: { audit: ['read'] } },
  'get-health': { memoryMb: 512, timeoutSeconds: 10, tables: { progress: ['read'] }, usesChain: true },
  'get-ready': { memoryMb: 512, timeoutSeconds: 10, tables: { progress: ['read'] } },
  'get-stats': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { progress: ['read'], conflicts: ['read'] },
    indexes: { conflicts: ['by-status'], records: ['by-checked'] },
  },
  'get-openapi': { memoryMb: 256, timeoutSeconds: 10, tables: {} },
  refresh: { memoryMb: 1024, timeoutSeconds: 60, tables: saving, usesChain: true },
  sync: { memoryMb: 1024, timeoutSeconds: 240, tables: following, invokesRefresh: true, usesChain: true },
  'force-sync': { memoryMb: 1024, timeoutSeconds: 29, tables: following, invokesRefresh: true, usesChain: true },
  'get-sync': { memoryMb: 512, timeoutSeconds: 10, tables: { progress: ['read'] } },
  'rewind-sync': {
    memoryMb: 512,
    timeoutSeconds: 29,
    tables: { audit: ['write'], progress: ['read', 'write'] },
    usesChain: true,
  },
  ...reconciling,
  'start-reconciliation': {
    memoryMb: 512,
    timeoutSeconds: 29,
    tables: { reconciliations: ['read', 'write'] },
    startsReconciliation: true,
  },
  'get-reconciliation': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { reconciliations: ['read'] },
    indexes: { reconciliations: ['by-started'] },
  },
  'resolve-conflict': { memoryMb: 1024, timeoutSeconds: 60, tables: saving, usesChain: true },
  'list-conflicts': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { conflicts: ['read'] },
    indexes: { conflicts: ['by-status'] },
  },
  'decide-conflict': {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: saving,
    indexes: { conflicts: ['by-status'] },
    usesChain: true,
  },
  'publish-events': { memoryMb: 512, timeoutSeconds: 60, tables: { outbox: ['write'] }, publishesEvents: true },
  invalidate: {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: saving,
    indexes: { records: ['by-owner'] },
    invokesRefresh: true,
    usesChain: true,
  },
  'get-audit-report': {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: { audit: ['read'] },
    indexes: { audit: ['by-day'] },
  },
  'not-found': { memoryMb: 256, timeoutSeconds: 10, tables: {} },
} as const satisfies Record<string, FunctionDefinition>;

export type FunctionName = keyof typeof functions;

export const functionNames = Object.keys(functions) as FunctionName[];

export const functionDefinition = (name: FunctionName): FunctionDefinition => functions[name];
