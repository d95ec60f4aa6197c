import { operations } from '../../lib/runtime/contract/operations.ts';
import type { TableName } from '../../lib/store/tables.ts';

export type TableUse = 'read' | 'write';

/**
 * The DynamoDB actions behind each use. A function has no other permissions. There is no DeleteItem (only TTL
 * removes items, and audit entries stay; rule SAVE-7), no BatchWriteItem (its permission includes deletes) and no Scan. A
 * transaction needs only the permissions of its parts. Writing to an audit trail includes a query for the trail's end.
 */
export const tableActions: Record<TableName, Record<TableUse, readonly string[]>> = {
  records: { read: ['GetItem', 'BatchGetItem'], write: ['PutItem', 'UpdateItem'] },
  listings: { read: ['Query', 'GetItem', 'BatchGetItem'], write: ['PutItem'] },
  activity: { read: ['Query'], write: ['PutItem'] },
  audit: { read: ['Query', 'BatchGetItem'], write: ['Query', 'PutItem'] },
  conflicts: { read: ['GetItem', 'BatchGetItem'], write: ['PutItem'] },
  outbox: { read: ['BatchGetItem'], write: ['PutItem', 'UpdateItem'] },
  changes: { read: ['GetItem', 'Query'], write: ['GetItem', 'PutItem', 'UpdateItem'] },
  rewards: { read: ['Query'], write: ['PutItem'] },
  reconciliations: { read: ['GetItem', 'BatchGetItem', 'Query'], write: ['PutItem', 'UpdateItem'] },
  watches: { read: ['BatchGetItem', 'Query'], write: ['UpdateItem'] },
  cache: { read: ['GetItem'], write: ['PutItem'] },
  progress: { read: ['GetItem', 'BatchGetItem'], write: ['PutItem', 'UpdateItem'] },
  explanations: { read: ['GetItem'], write: ['PutItem'] },
  submissions: { read: ['GetItem', 'BatchGetItem'], write: ['PutItem'] },
  'local-data': { read: ['GetItem', 'BatchGetItem'], write: ['PutItem'] },
  keys: { read: ['GetItem', 'BatchGetItem'], write: ['PutItem'] },
  webhooks: { read: ['GetItem', 'BatchGetItem'], write: ['PutItem', 'UpdateItem'] },
  budgets: { read: [], write: ['GetItem', 'UpdateItem'] },
};

/** Items of the table `progress` that every function may write that saves: none of them moves the cursor (rule ITEM-1). */
const sharedItems = ['head', 'nodes', 'validators', 'collection#*', 'lease#*', 'heat#*', 'drift#*'] as const;

export interface FunctionDefinition {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly tables: Readonly<Partial<Record<TableName, readonly TableUse[]>>>;
  /** The items of `progress` that a function with that write may write, by their names; `*` is any text. Left out: `sharedItems`. */
  readonly progressItems?: readonly string[];
  /** Indexes that the function may query. */
  readonly indexes?: Readonly<Partial<Record<TableName, readonly string[]>>>;
  /** `web`: also in a long-lived process that serves many requests at once (`infra/web/`), from the same handler. Left out: `event`. */
  readonly runs?: 'event' | 'web';
  /** May invoke `refresh` asynchronously: the answer to the reader does not wait for the refresh. */
  readonly invokesRefresh?: true;
  /** Gets the nodes' endpoints, which may contain secrets. */
  readonly usesChain?: true;
  /** May publish domain events to the bus. */
  readonly publishesEvents?: true;
  /** May invoke these functions of the manifest asynchronously. */
  readonly invokes?: readonly string[];
  /** May read the figures that CloudWatch keeps. */
  readonly readsMetrics?: true;
  /** May start the state machine `reconcile`, and gets its ARN. */
  readonly startsReconciliation?: true;
  /** `write`: may add signed head digests to their bucket, and have them signed; `read`: may read them. */
  readonly headDigests?: 'read' | 'write';
}

/** What a function needs that authenticates: the authorizer, and those of open routes, which have no authorizer. */
const authenticating = { keys: ['read'] } as const;

/**
 * Tables of a function that saves. A save may open a conflict, and writes an event to the outbox. Audit trail and watches
 * are only written: history and sync read them.
 */
const saving = {
  records: ['read', 'write'],
  listings: ['write'],
  audit: ['write'],
  conflicts: ['read', 'write'],
  outbox: ['write'],
  watches: ['write'],
  cache: ['read', 'write'],
  progress: ['read', 'write'],
} as const;

/** The steps of the state machine `enumerate`. */
const enumerating = {
  'begin-enumeration': {
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: { records: ['read'], progress: ['read'], listings: ['read', 'write'] },
  },
  'enumerate-collection': { memoryMb: 1024, timeoutSeconds: 240, tables: saving, usesChain: true },
} as const satisfies Record<string, FunctionDefinition>;

const following = { ...saving, watches: ['read', 'write'] } as const;

/** Who looks up a transaction that no node shows learns what was submitted here (rule SUBMIT-5). */
const answering = { ...saving, submissions: ['read'] } as const;
/** Who looks up a collection counts its tokens (rule COLLECT-6). */
const counting = { ...answering, listings: ['read', 'write'] } as const;
/** Sync also ends submissions (rule SUBMIT-6). */
const ticking = {
  tables: {
    ...following,
    submissions: ['read', 'write'],
    changes: ['write'],
    activity: ['write'],
    rewards: ['write'],
  },
  progressItems: [...sharedItems, 'chain', 'turn#sync', 'ticks'],
  indexes: { submissions: ['by-open'] },
} as const;

/** The steps of the state machine `reconcile`. */
const reconciling = {
  'begin-reconciliation': {
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: { reconciliations: ['read', 'write'], progress: ['read', 'write'], audit: ['write'], outbox: ['write'] },
    usesChain: true,
  },
  'resolve-overdue': {
    memoryMb: 1024,
    timeoutSeconds: 240,
    tables: {
      ...saving,
      outbox: ['read', 'write'],
      changes: ['read', 'write'],
      reconciliations: ['read'],
      rewards: ['read', 'write'],
    },
    indexes: { conflicts: ['by-status'], outbox: ['by-pending'] },
    usesChain: true,
    publishesEvents: true,
  },
  'sweep-shard': {
    memoryMb: 1024,
    timeoutSeconds: 240,
    tables: {
      ...following,
      listings: ['read', 'write'],
      audit: ['read', 'write'],
      reconciliations: ['read', 'write'],
    },
    indexes: { records: ['by-checked'], conflicts: ['by-status'] },
    usesChain: true,
  },
  'finish-reconciliation': {
    memoryMb: 512,
    timeoutSeconds: 120,
    tables: {
      records: ['read'],
      'local-data': ['read'],
      keys: ['read'],
      webhooks: ['read'],
      audit: ['read'],
      reconciliations: ['read', 'write'],
      progress: ['read', 'write'],
      outbox: ['write'],
    },
    // A comparison of everything that was asked for is over.
    progressItems: ['chain'],
    indexes: { records: ['by-checked'], audit: ['by-day'], reconciliations: ['by-started'] },
  },
} as const satisfies Record<string, FunctionDefinition>;

/** By name; the name is also the file under `functions/`. */
const functions = {
  authorize: { memoryMb: 512, timeoutSeconds: 5, tables: authenticating },
  'get-entity': {
    runs: 'web',
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: { ...authenticating, ...counting, 'local-data': ['read'] },
    invokesRefresh: true,
    usesChain: true,
  },
  'find-entities': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: {
      ...authenticating,
      records: ['read'],
      listings: ['read'],
      progress: ['read'],
      'local-data': ['read'],
    },
  },
  'list-collections': {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: { ...authenticating, ...counting, 'local-data': ['read'] },
    invokesRefresh: true,
    usesChain: true,
  },
  'list-transactions': {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: { ...authenticating, ...answering, activity: ['read'] },
    invokesRefresh: true,
    usesChain: true,
  },
  lookup: {
    runs: 'web',
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: { ...authenticating, ...counting, 'local-data': ['read'] },
    invokesRefresh: true,
    usesChain: true,
  },
  'refresh-account': {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: { ...answering, listings: ['read', 'write'], 'local-data': ['read'] },
    indexes: { submissions: ['by-account'] },
    invokesRefresh: true,
    usesChain: true,
  },
  submit: {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: { ...saving, submissions: ['read', 'write'] },
    invokesRefresh: true,
    usesChain: true,
  },
  // A trail is held against its record, and its past values against what is known of the chain.
  'get-history': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { ...authenticating, audit: ['read'], records: ['read'], progress: ['read'] },
  },
  // An account without rewards is looked up: it may not exist.
  'get-rewards': {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: { ...authenticating, ...answering, rewards: ['read'] },
    invokesRefresh: true,
    usesChain: true,
  },
  'get-local-data': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { ...authenticating, audit: ['read'], 'local-data': ['read'] },
  },
  'change-local-data': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { audit: ['write'], 'local-data': ['read', 'write'] },
  },
  'list-changes': { memoryMb: 512, timeoutSeconds: 29, tables: { ...authenticating, changes: ['read'] } },
  'get-health': {
    memoryMb: 512,
    timeoutSeconds: 10,
    // It writes one item, to see whether the store takes writes.
    tables: {
      records: ['read'],
      conflicts: ['read'],
      outbox: ['read'],
      reconciliations: ['read'],
      webhooks: ['read'],
      changes: ['read'],
      progress: ['read', 'write'],
    },
    indexes: {
      records: ['by-checked'],
      budgets: ['by-limited'],
      conflicts: ['by-status'],
      webhooks: ['by-open'],
      outbox: ['by-pending'],
      reconciliations: ['by-started'],
    },
    usesChain: true,
  },
  'get-ready': { memoryMb: 512, timeoutSeconds: 10, tables: { ...authenticating, progress: ['read'] } },
  'get-stats': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: {
      records: ['read'],
      progress: ['read'],
      conflicts: ['read'],
      webhooks: ['read'],
      changes: ['read'],
    },
    indexes: {
      conflicts: ['by-status'],
      records: ['by-checked'],
      budgets: ['by-limited'],
      webhooks: ['by-open'],
    },
  },
  'get-explanation': { memoryMb: 256, timeoutSeconds: 10, tables: { explanations: ['read'] } },
  'get-principal': { memoryMb: 256, timeoutSeconds: 10, tables: {} },
  'get-metrics': { memoryMb: 512, timeoutSeconds: 29, tables: {}, usesChain: true, readsMetrics: true },
  'get-record': { memoryMb: 512, timeoutSeconds: 10, tables: { records: ['read'] } },
  'get-openapi': { memoryMb: 256, timeoutSeconds: 10, tables: authenticating },
  'get-page': { memoryMb: 256, timeoutSeconds: 10, tables: authenticating },
  refresh: { memoryMb: 1024, timeoutSeconds: 60, tables: saving, usesChain: true },
  sync: { memoryMb: 1024, timeoutSeconds: 240, ...ticking, invokesRefresh: true, usesChain: true },
  'force-sync': { memoryMb: 1024, timeoutSeconds: 29, ...ticking, invokesRefresh: true, usesChain: true },
  'get-sync': { memoryMb: 512, timeoutSeconds: 10, tables: { progress: ['read'] } },
  'rewind-sync': {
    memoryMb: 512,
    timeoutSeconds: 29,
    tables: { audit: ['write'], progress: ['read', 'write'] },
    progressItems: [...sharedItems, 'chain'],
    usesChain: true,
  },
  ...reconciling,
  ...enumerating,
  'start-reconciliation': {
    memoryMb: 512,
    timeoutSeconds: 29,
    tables: { reconciliations: ['read', 'write'], audit: ['write'] },
    startsReconciliation: true,
  },
  'get-reconciliation': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { reconciliations: ['read'] },
    indexes: { reconciliations: ['by-started'] },
  },
  'link-report': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { reconciliations: ['read'], progress: ['write'] },
    progressItems: ['report-link#*'],
  },
  'open-report': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { ...authenticating, reconciliations: ['read'], progress: ['write'] },
    progressItems: ['report-link#*'],
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
    // Four eyes: whose key it is.
    tables: { ...saving, keys: ['read'] },
    indexes: { conflicts: ['by-status'] },
    usesChain: true,
  },
  // It is also the sequencer of the log of changes.
  'publish-events': {
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: { outbox: ['read', 'write'], changes: ['read', 'write'] },
    publishesEvents: true,
    invokes: ['dispatch-webhooks'],
  },
  'publish-overdue': {
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: { outbox: ['read', 'write'], changes: ['read', 'write'], conflicts: ['read'] },
    indexes: { outbox: ['by-pending'], conflicts: ['by-status'] },
    publishesEvents: true,
  },
  invalidate: {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: { ...saving, listings: ['read', 'write'] },
    progressItems: [...sharedItems, 'chain'],
    invokesRefresh: true,
    usesChain: true,
  },
  'get-audit-report': {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: {
      audit: ['read'],
      records: ['read'],
      'local-data': ['read'],
      keys: ['read'],
      webhooks: ['read'],
      reconciliations: ['read'],
    },
    indexes: { audit: ['by-day'], reconciliations: ['by-started'] },
  },
  'digest-heads': {
    memoryMb: 512,
    timeoutSeconds: 240,
    tables: { audit: ['read'] },
    indexes: { audit: ['by-day'] },
    headDigests: 'write',
  },
  'get-audit-heads': { memoryMb: 512, timeoutSeconds: 10, tables: {}, headDigests: 'read' },
  'list-keys': { memoryMb: 512, timeoutSeconds: 10, tables: { keys: ['read'] }, indexes: { keys: ['by-created'] } },
  'manage-keys': { memoryMb: 512, timeoutSeconds: 10, tables: { keys: ['read', 'write'], audit: ['write'] } },
  'list-webhooks': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { webhooks: ['read'] },
    indexes: { webhooks: ['by-created'] },
  },
  // A test delivery takes up to five seconds.
  'manage-webhooks': {
    memoryMb: 512,
    timeoutSeconds: 29,
    tables: { webhooks: ['read', 'write'], audit: ['write'], changes: ['read'] },
    indexes: { webhooks: ['by-open'] },
    invokes: ['dispatch-webhooks'],
  },
  'dispatch-webhooks': {
    memoryMb: 512,
    timeoutSeconds: 30,
    tables: { webhooks: ['read'], changes: ['read'] },
    indexes: { webhooks: ['by-open'] },
    invokes: ['deliver-webhook'],
  },
  // It writes the pause of a webhook whose receiver fails, and the event that reports it.
  'deliver-webhook': {
    memoryMb: 512,
    timeoutSeconds: 240,
    tables: { webhooks: ['read', 'write'], changes: ['read', 'write'], audit: ['write'], outbox: ['write'] },
  },
  'not-found': { memoryMb: 256, timeoutSeconds: 10, tables: authenticating },
} as const satisfies Record<string, FunctionDefinition>;

export type FunctionName = keyof typeof functions;

export const functionNames = Object.keys(functions) as FunctionName[];

/**
 * Each function that a request reaches takes from the budget of its caller, or of the address that sent no valid credential, and may
 * keep why it answered as it did (rule EXPLAIN-2).
 */
const reached: ReadonlySet<string> = new Set([
  ...operations.map((operation) => operation.function),
  'get-page',
  'open-report',
  'not-found',
]);

export function functionDefinition(name: FunctionName): FunctionDefinition {
  const definition: FunctionDefinition = { progressItems: sharedItems, ...functions[name] };
  if (!reached.has(name)) return definition;
  const explanations = [...(definition.tables.explanations ?? []), 'write'] as const;
  return { ...definition, tables: { ...definition.tables, budgets: ['write'], explanations } };
}

/** Those that also run in a long-lived process. */
export const webFunctionNames: readonly FunctionName[] = functionNames.filter(
  (name) => functionDefinition(name).runs === 'web',
);

/** So many requests are at work at once in such a process; further ones are refused. */
export const webRequests = 64;

/** What the process may use: all that its functions may, and the authorizer, which it has within. */
export function webDefinition(): FunctionDefinition {
  const all = ([...webFunctionNames, 'authorize'] as const).map(functionDefinition);
  const names = [...new Set(all.flatMap(({ tables }) => Object.keys(tables) as TableName[]))];
  const uses = (name: TableName) => [...new Set(all.flatMap(({ tables }) => tables[name] ?? []))];
  return Object.assign({}, ...all, {
    tables: Object.fromEntries(names.map((name) => [name, uses(name)])),
    progressItems: [...new Set(all.flatMap(({ progressItems = [] }) => progressItems))],
  });
}
