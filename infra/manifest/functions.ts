import { operations } from '../../lib/runtime/contract/operations.ts';
import type { TableName } from '../../lib/store/tables.ts';
import {
  allUsesOf,
  answeringSubmitted,
  auditing,
  authenticating,
  counting,
  lookingUp,
  observing,
  readingChain,
  savingListed,
  sequencing,
  type TableUses,
} from './table-uses.ts';

/** Items of the table `progress` that every function may write that saves: none of them moves the cursor (rule ITEM-1). */
const sharedItems = ['head', 'nodes', 'validators', 'collection#*', 'lease#*', 'heat#*', 'drift#*'] as const;

export interface FunctionDefinition {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly tables: TableUses;
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

/** The steps of the state machine `enumerate`. */
const enumerating = {
  'begin-enumeration': {
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: { records: ['getMany'], progress: ['getMany'], listings: ['getMany', 'query', 'put'] },
  },
  'enumerate-collection': {
    memoryMb: 1024,
    timeoutSeconds: 240,
    tables: allUsesOf(savingListed, readingChain),
    usesChain: true,
  },
} as const satisfies Record<string, FunctionDefinition>;

/** Sync also ends submissions (rule SUBMIT-6). Its events about itself are chained. */
const ticking = {
  tables: allUsesOf(savingListed, readingChain, {
    cache: ['get'],
    watches: ['getMany', 'query'],
    submissions: ['getMany', 'put'],
    changes: ['get', 'put'],
    activity: ['put'],
    rewards: ['put'],
  }),
  progressItems: [...sharedItems, 'chain', 'turn#sync', 'ticks', 'trust'],
  indexes: { submissions: ['by-open'] },
} as const;

/** The steps of the state machine `reconcile`. */
const reconciling = {
  'begin-reconciliation': {
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: allUsesOf(observing, { reconciliations: ['get', 'query', 'put'], progress: ['getMany'], outbox: ['put'] }),
    usesChain: true,
  },
  'resolve-overdue': {
    memoryMb: 1024,
    timeoutSeconds: 240,
    tables: allUsesOf(savingListed, sequencing, {
      conflicts: ['getMany'],
      reconciliations: ['get'],
      rewards: ['query', 'put'],
    }),
    indexes: { conflicts: ['by-status'], outbox: ['by-pending'] },
    usesChain: true,
    publishesEvents: true,
  },
  'sweep-shard': {
    memoryMb: 1024,
    timeoutSeconds: 240,
    tables: allUsesOf(savingListed, {
      records: ['update'],
      listings: ['query'],
      conflicts: ['getMany'],
      watches: ['getMany'],
      audit: ['getMany'],
      reconciliations: ['get', 'query', 'put'],
    }),
    indexes: { records: ['by-checked'], conflicts: ['by-status'] },
    usesChain: true,
  },
  'finish-reconciliation': {
    memoryMb: 512,
    timeoutSeconds: 120,
    tables: {
      records: ['getMany'],
      'local-data': ['getMany'],
      keys: ['get'],
      webhooks: ['get'],
      audit: ['query', 'getMany'],
      reconciliations: ['get', 'getMany', 'query', 'put'],
      progress: ['update'],
      outbox: ['put'],
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
    tables: allUsesOf(authenticating, lookingUp, counting, answeringSubmitted, { 'local-data': ['get'] }),
    invokesRefresh: true,
    usesChain: true,
  },
  'find-entities': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: allUsesOf(authenticating, {
      records: ['get', 'getMany'],
      listings: ['get', 'query'],
      progress: ['get', 'getMany'],
      'local-data': ['getMany'],
    }),
  },
  'list-collections': {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: allUsesOf(authenticating, lookingUp, counting, { 'local-data': ['getMany'] }),
    invokesRefresh: true,
    usesChain: true,
  },
  'list-transactions': {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: allUsesOf(authenticating, lookingUp, { activity: ['query'] }),
    invokesRefresh: true,
    usesChain: true,
  },
  lookup: {
    runs: 'web',
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: allUsesOf(authenticating, lookingUp, counting, answeringSubmitted, { 'local-data': ['getMany'] }),
    invokesRefresh: true,
    usesChain: true,
  },
  'refresh-account': {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: allUsesOf(savingListed, readingChain, counting, answeringSubmitted, {
      submissions: ['getMany'],
      'local-data': ['get'],
    }),
    indexes: { submissions: ['by-account'] },
    usesChain: true,
  },
  submit: {
    memoryMb: 1024,
    timeoutSeconds: 29,
    // A transaction depends on no basis, and is on no list.
    tables: allUsesOf(observing, {
      records: ['get', 'put'],
      conflicts: ['get', 'put'],
      outbox: ['put'],
      watches: ['update'],
      cache: ['put'],
      progress: ['getMany', 'put'],
      submissions: ['get', 'put'],
    }),
    usesChain: true,
  },
  // A trail is held against its record, and its past values against what is known of the chain.
  'get-history': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: allUsesOf(authenticating, {
      audit: ['query', 'getMany'],
      records: ['get', 'getMany'],
      progress: ['getMany'],
    }),
  },
  // An account without rewards is looked up: it may not exist.
  'get-rewards': {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: allUsesOf(authenticating, lookingUp, { rewards: ['query'] }),
    invokesRefresh: true,
    usesChain: true,
  },
  'get-local-data': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: allUsesOf(authenticating, { audit: ['query', 'getMany'], 'local-data': ['get', 'getMany'] }),
  },
  'change-local-data': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: allUsesOf(auditing, { 'local-data': ['get', 'put'] }),
  },
  'list-changes': {
    memoryMb: 512,
    timeoutSeconds: 29,
    tables: allUsesOf(authenticating, { changes: ['get', 'query'] }),
  },
  'get-health': {
    memoryMb: 512,
    timeoutSeconds: 10,
    // It writes one item, to see whether the store takes writes.
    tables: allUsesOf(observing, {
      records: ['getMany'],
      conflicts: ['get', 'getMany'],
      outbox: ['getMany'],
      reconciliations: ['getMany', 'query'],
      webhooks: ['getMany'],
      changes: ['get', 'query'],
      progress: ['getMany', 'put'],
    }),
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
  'get-ready': { memoryMb: 512, timeoutSeconds: 10, tables: allUsesOf(authenticating, { progress: ['getMany'] }) },
  'get-stats': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: {
      records: ['getMany'],
      progress: ['get', 'getMany'],
      webhooks: ['getMany'],
      changes: ['get', 'query'],
    },
    indexes: {
      conflicts: ['by-status'],
      records: ['by-checked'],
      budgets: ['by-limited'],
      webhooks: ['by-open'],
    },
  },
  'get-explanation': { memoryMb: 256, timeoutSeconds: 10, tables: { explanations: ['get'] } },
  'get-principal': { memoryMb: 256, timeoutSeconds: 10, tables: {} },
  'get-metrics': { memoryMb: 512, timeoutSeconds: 29, tables: {}, usesChain: true, readsMetrics: true },
  'get-record': { memoryMb: 512, timeoutSeconds: 10, tables: { records: ['get'] } },
  'get-openapi': { memoryMb: 256, timeoutSeconds: 10, tables: authenticating },
  'get-page': { memoryMb: 256, timeoutSeconds: 10, tables: authenticating },
  refresh: { memoryMb: 1024, timeoutSeconds: 60, tables: allUsesOf(savingListed, readingChain), usesChain: true },
  sync: { memoryMb: 1024, timeoutSeconds: 240, ...ticking, invokesRefresh: true, usesChain: true },
  'force-sync': { memoryMb: 1024, timeoutSeconds: 29, ...ticking, invokesRefresh: true, usesChain: true },
  'get-sync': { memoryMb: 512, timeoutSeconds: 10, tables: { progress: ['get', 'getMany'] } },
  'rewind-sync': {
    memoryMb: 512,
    timeoutSeconds: 29,
    tables: allUsesOf(observing, { progress: ['getMany'] }),
    progressItems: [...sharedItems, 'chain'],
    usesChain: true,
  },
  ...reconciling,
  ...enumerating,
  'start-reconciliation': {
    memoryMb: 512,
    timeoutSeconds: 29,
    tables: allUsesOf(auditing, { reconciliations: ['get', 'query', 'put'] }),
    startsReconciliation: true,
  },
  'get-reconciliation': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { reconciliations: ['get', 'getMany', 'query'] },
    indexes: { reconciliations: ['by-started'] },
  },
  'link-report': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { reconciliations: ['get'], progress: ['put'] },
    progressItems: ['report-link#*'],
  },
  'open-report': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: allUsesOf(authenticating, { reconciliations: ['get', 'getMany', 'query'], progress: ['update'] }),
    progressItems: ['report-link#*'],
    indexes: { reconciliations: ['by-started'] },
  },
  'resolve-conflict': { memoryMb: 1024, timeoutSeconds: 60, tables: savingListed, usesChain: true },
  'list-conflicts': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { conflicts: ['get', 'getMany'] },
    indexes: { conflicts: ['by-status'] },
  },
  'decide-conflict': {
    memoryMb: 1024,
    timeoutSeconds: 29,
    // Four eyes: whose key it is.
    tables: allUsesOf(savingListed, { conflicts: ['getMany'], keys: ['get'] }),
    indexes: { conflicts: ['by-status'] },
    usesChain: true,
  },
  // It is also the sequencer of the log of changes.
  'publish-events': {
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: sequencing,
    publishesEvents: true,
    invokes: ['dispatch-webhooks'],
  },
  'publish-overdue': {
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: allUsesOf(sequencing, { conflicts: ['get', 'getMany'] }),
    indexes: { outbox: ['by-pending'], conflicts: ['by-status'] },
    publishesEvents: true,
  },
  invalidate: {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: allUsesOf(savingListed, readingChain, { listings: ['query'] }),
    progressItems: [...sharedItems, 'chain'],
    invokesRefresh: true,
    usesChain: true,
  },
  'get-audit-report': {
    memoryMb: 1024,
    timeoutSeconds: 29,
    tables: {
      audit: ['getMany'],
      records: ['getMany'],
      'local-data': ['getMany'],
      keys: ['get'],
      webhooks: ['get'],
      reconciliations: ['get', 'getMany'],
    },
    indexes: { audit: ['by-day'], reconciliations: ['by-started'] },
  },
  'digest-heads': {
    memoryMb: 512,
    timeoutSeconds: 240,
    tables: { audit: ['getMany'] },
    indexes: { audit: ['by-day'] },
    headDigests: 'write',
  },
  // A long day takes its time; its entries are read one after the other.
  'compare-heads': {
    memoryMb: 512,
    timeoutSeconds: 900,
    tables: { audit: ['getMany'] },
    indexes: { audit: ['by-day'] },
    headDigests: 'read',
  },
  'get-audit-heads': { memoryMb: 512, timeoutSeconds: 10, tables: {}, headDigests: 'read' },
  'list-keys': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { keys: ['get', 'getMany'] },
    indexes: { keys: ['by-created'] },
  },
  'manage-keys': { memoryMb: 512, timeoutSeconds: 10, tables: allUsesOf(auditing, { keys: ['get', 'put'] }) },
  'list-webhooks': {
    memoryMb: 512,
    timeoutSeconds: 10,
    tables: { webhooks: ['get', 'getMany'] },
    indexes: { webhooks: ['by-created'] },
  },
  // A test delivery takes up to five seconds.
  'manage-webhooks': {
    memoryMb: 512,
    timeoutSeconds: 29,
    tables: allUsesOf(auditing, { webhooks: ['get', 'getMany', 'put', 'update'], changes: ['get', 'query'] }),
    indexes: { webhooks: ['by-open'] },
    invokes: ['dispatch-webhooks'],
  },
  'dispatch-webhooks': {
    memoryMb: 512,
    timeoutSeconds: 30,
    tables: { webhooks: ['getMany'], changes: ['get'] },
    indexes: { webhooks: ['by-open'] },
    invokes: ['deliver-webhook'],
  },
  // It writes the pause of a webhook whose receiver fails, and the event that reports it.
  'deliver-webhook': {
    memoryMb: 512,
    timeoutSeconds: 240,
    tables: allUsesOf(auditing, {
      webhooks: ['get', 'getMany', 'put', 'update'],
      changes: ['get', 'query', 'put'],
      outbox: ['put'],
    }),
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
  return { ...definition, tables: allUsesOf(definition.tables, { budgets: ['get', 'update'], explanations: ['put'] }) };
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
  return Object.assign({}, ...all, {
    tables: allUsesOf(...all.map(({ tables }) => tables)),
    progressItems: [...new Set(all.flatMap(({ progressItems = [] }) => progressItems))],
  });
}
