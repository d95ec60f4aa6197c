import type { Environment } from '../../infra/environments.ts';
import { type FunctionName, type TableUse, type TableUses, tableActions } from '../../infra/manifest.ts';
import { functionName } from '../../lib/runtime/names.ts';
import type { TableName } from '../../lib/store/tables.ts';
import type { Grant } from './grants.ts';

/** Grants that are needed in a way that the uses do not go on the server, and the test of the project that goes that way. */
export interface GrantException {
  readonly functions: readonly FunctionName[];
  readonly tables: TableUses;
  /** Which of their indexes they query. */
  readonly indexes?: Readonly<Partial<Record<TableName, readonly string[]>>>;
  /** Other actions. */
  readonly actions?: readonly string[];
  /** Which way needs it. */
  readonly why: string;
  /** The path of a test file, and text of the title of its test. */
  readonly test: string;
  readonly title: string;
}

const ways = {
  tick: {
    why: 'the tick of the schedule has done it first: what it may write is what `sync` may write',
    test: 'test/http/operations.test.ts',
    title: 'an owner by account hash: all its records are read again',
  },
  syncing: {
    why: 'what a tick seldom meets: an edited row, a tick without progress, the end of an era, a changed basis',
    test: 'test/usecases/following/rewards.test.ts',
    title: 'every account has in every era what the node says of it',
  },
  overdue: {
    why: 'a conflict that the stream has not resolved for ten minutes',
    test: 'test/usecases/reconciliation/resolve-overdue.test.ts',
    title: 'for ten minutes is resolved, and a younger one is left to the stream',
  },
  resolve: {
    why: 'the resolution is saved under a basis, or of a token: other conflicts than the one that the uses open',
    test: 'test/usecases/conflicts/edited-row.test.ts',
    title: 'is resolved to the chain’s value: record, trail, conflict and cache entry',
  },
  explain: {
    why: 'it answers whatever the store does: only a defect in its code leads there',
    test: 'test/http/explain.test.ts',
    title: 'all nodes down: 503 with a link, and the explanation says of each node why',
  },
  refreshes: {
    why: 'a cached value is past its soft limit: two thirds of the time for which it is fresh',
    test: 'test/usecases/reading/late-sync.test.ts',
    title: 'rule LIMIT-2: a process tries once for each key and soft window to have it refreshed',
  },
  heads: {
    why: 'a day after another one, with entries: here every day before today is empty',
    test: 'test/usecases/audit/digest-heads.test.ts',
    title: 'days that were left out are signed one after the other, each chained to the one before',
  },
  conflict: {
    why: 'what is read contradicts a row that was edited past the service',
    test: 'test/usecases/conflicts/edited-row.test.ts',
    title: 'is one conflict of one field, and readers get the chain’s value',
  },
  pages: {
    why: 'more than one page of open conflicts, or of runs',
    test: 'test/usecases/reconciliation/resolve-overdue.test.ts',
    title: 'is resolved among more than one page of conflicts',
  },
  dispute: {
    why: 'sync has met a token in dispute, and its collection is not whole until that is settled',
    test: 'test/usecases/collecting/interrupted.test.ts',
    title: 'is not whole once sync has met a token in dispute, until an enumeration finds none',
  },
  hot: {
    why: 'what is invalidated is among the keys that are asked for most',
    test: 'test/usecases/reading/invalidate.test.ts',
    title: 'refreshes its hot keys, and nothing else',
  },
  shared: {
    why: 'another process has changed the breaker of a node, or reads the same key',
    test: 'test/chain/pool/shared-memory.test.ts',
    title: 'of 20 warm instances one probes per window, and its success closes the breaker for all of them',
  },
  renew: {
    why: 'the date until which a record is tracked is near, or the minute in which hot keys are reported is over',
    test: 'test/usecases/saving/renew.test.ts',
    title: 'a date is renewed when ten days are left, and not before (rule TRACK-2)',
  },
  four: {
    why: 'four eyes are asked for: off by default',
    test: 'test/usecases/conflicts/four-eyes.test.ts',
    title: 'who decided may not undo; who undid or decided before may not decide again',
  },
  local: {
    why: 'two change the same data at once',
    test: 'test/http/local-data.test.ts',
    title: 'of parallel writers on three instances let exactly one win',
  },
  trails: {
    why: 'trails of records are checked a part in each run, from where the run before has ended',
    test: 'test/usecases/reconciliation/check-trails.test.ts',
    title: 'a part of all entries in each, from where the one before has ended, and then from the beginning',
  },
  cancel: {
    why: 'a run is cancelled while its shards are at work',
    test: 'test/usecases/reconciliation/cancelled.test.ts',
    title: 'can be followed by another run at once',
  },
  feed: {
    why: 'events wait for a webhook that has failed, or records wait to be checked',
    test: 'test/usecases/health/health.test.ts',
    title: 'while an event waits for ten minutes, not before',
  },
  sweep: {
    why: 'what a sweep seldom meets: tokens of an owner, conflicts that were open before',
    test: 'test/usecases/reconciliation/pages.test.ts',
    title: 'of the entities of an owner',
  },
  link: {
    why: 'the page of a report names the runs before it',
    test: 'test/http/report-link.test.ts',
    title: 'a link opens the report as a page once, without a credential (rule ACCESS-29)',
  },
  find: {
    why: 'tokens are on the page that is found',
    test: 'test/usecases/reading/find.test.ts',
    title: 'are each as current as a single read says, and no node is asked',
  },
  report: {
    why: 'trails of webhooks are in the span',
    test: 'test/usecases/audit/audit-report.test.ts',
    title: 'has exactly the entries of its span, oldest first, and a summary',
  },
  submitted: {
    why: 'a transfer of the account is underway',
    test: 'test/usecases/submitting/follow-submissions.test.ts',
    title: 'and was never recorded, is recorded as pending on behalf of who submitted it',
  },
  first: {
    why: 'the first read of an entity, or of its collection, comes by this function: in the uses another function was first',
    test: 'test/usecases/reading/refresh-account.test.ts',
    title: 'says of each what became of its record: made, changed, or as it was',
  },
} as const;

export const grantExceptions: readonly GrantException[] = [
  {
    functions: ['force-sync'],
    tables: {
      activity: ['put'],
      audit: ['put'],
      cache: ['get', 'put'],
      changes: ['get', 'put'],
      conflicts: ['get', 'put'],
      listings: ['put'],
      outbox: ['put'],
      progress: ['put'],
      records: ['get', 'getMany', 'put', 'update'],
      rewards: ['put'],
      submissions: ['getMany'],
      watches: ['getMany', 'query', 'update'],
    },
    actions: ['lambda:InvokeFunction'],
    ...ways.tick,
  },
  {
    functions: ['sync'],
    tables: {
      cache: ['get'],
      changes: ['get', 'put'],
      conflicts: ['get', 'put'],
      listings: ['put'],
      progress: ['get', 'put'],
      records: ['get', 'update'],
      rewards: ['put'],
      submissions: ['put'],
      watches: ['update'],
    },
    actions: ['lambda:InvokeFunction'],
    ...ways.syncing,
  },
  {
    functions: ['resolve-overdue'],
    tables: {
      audit: ['put', 'query'],
      cache: ['put'],
      conflicts: ['get', 'getMany', 'put'],
      listings: ['put'],
      outbox: ['put'],
      progress: ['get', 'update'],
      records: ['get', 'getMany', 'put'],
      rewards: ['put'],
      watches: ['update'],
    },
    ...ways.overdue,
  },
  { functions: ['resolve-conflict'], tables: { records: ['getMany'] }, ...ways.resolve },
  { functions: ['get-explanation', 'get-principal', 'get-stats'], tables: { explanations: ['put'] }, ...ways.explain },
  {
    functions: ['get-entity', 'get-rewards', 'list-collections', 'list-transactions', 'lookup'],
    tables: {},
    actions: ['lambda:InvokeFunction'],
    ...ways.refreshes,
  },
  { functions: ['compare-heads'], tables: { audit: ['getMany'] }, ...ways.heads },
  {
    functions: ['digest-heads'],
    tables: { audit: ['getMany'] },
    actions: ['s3:GetObjectVersion', 's3:PutObject'],
    ...ways.heads,
  },
  {
    functions: ['enumerate-collection', 'get-rewards', 'list-transactions', 'refresh', 'submit'],
    tables: { conflicts: ['get', 'put'] },
    ...ways.conflict,
  },
  { functions: ['begin-enumeration'], tables: { listings: ['put'] }, ...ways.dispute },
  { functions: ['invalidate'], tables: {}, actions: ['lambda:InvokeFunction'], ...ways.hot },
  { functions: ['get-audit-report'], tables: { reconciliations: ['get'] }, ...ways.pages },
  { functions: ['get-health', 'publish-overdue'], tables: { conflicts: ['get'] }, ...ways.pages },
  {
    functions: ['begin-reconciliation', 'get-rewards', 'refresh'],
    tables: { audit: ['put'], progress: ['get'] },
    ...ways.shared,
  },
  { functions: ['begin-reconciliation'], tables: { audit: ['query'] }, ...ways.shared },
  { functions: ['decide-conflict'], tables: { progress: ['get', 'update'] }, ...ways.shared },
  { functions: ['resolve-conflict', 'sweep-shard'], tables: { progress: ['update'] }, ...ways.shared },
  {
    functions: ['enumerate-collection', 'list-transactions', 'submit'],
    tables: { audit: ['query'], progress: ['get'] },
    ...ways.shared,
  },
  { functions: ['get-entity', 'get-rewards', 'list-collections'], tables: { audit: ['query'] }, ...ways.shared },
  { functions: ['get-health'], tables: { audit: ['put'] }, ...ways.shared },
  { functions: ['invalidate'], tables: { progress: ['get'] }, ...ways.shared },
  {
    functions: [
      'enumerate-collection',
      'get-entity',
      'invalidate',
      'list-collections',
      'list-transactions',
      'lookup',
      'refresh-account',
    ],
    tables: { records: ['update'] },
    ...ways.renew,
  },
  { functions: ['get-rewards'], tables: { records: ['update'], watches: ['update'] }, ...ways.renew },
  { functions: ['refresh'], tables: { progress: ['put'], records: ['update'], watches: ['update'] }, ...ways.renew },
  { functions: ['invalidate', 'refresh-account', 'submit'], tables: { progress: ['put'] }, ...ways.renew },
  { functions: ['decide-conflict'], tables: { keys: ['get'] }, ...ways.four },
  { functions: ['change-local-data'], tables: { audit: ['query'] }, ...ways.local },
  {
    functions: ['finish-reconciliation'],
    tables: { audit: ['query'], 'local-data': ['getMany'], records: ['getMany'], webhooks: ['get'] },
    ...ways.trails,
  },
  { functions: ['start-reconciliation'], tables: { reconciliations: ['query'] }, ...ways.cancel },
  { functions: ['get-health'], tables: { changes: ['query'] }, indexes: { records: ['by-checked'] }, ...ways.feed },
  { functions: ['get-stats'], tables: { changes: ['query'] }, ...ways.feed },
  {
    functions: ['sweep-shard'],
    tables: { conflicts: ['getMany'], listings: ['put', 'query'] },
    indexes: { conflicts: ['by-status'] },
    ...ways.sweep,
  },
  { functions: ['open-report'], tables: { reconciliations: ['getMany'] }, ...ways.link },
  { functions: ['find-entities'], tables: { 'local-data': ['getMany'], progress: ['getMany'] }, ...ways.find },
  { functions: ['get-audit-report'], tables: { webhooks: ['get'] }, ...ways.report },
  { functions: ['refresh-account'], tables: { submissions: ['get', 'getMany'] }, ...ways.submitted },
  { functions: ['decide-conflict', 'list-transactions'], tables: { records: ['getMany'] }, ...ways.first },
  {
    functions: ['enumerate-collection'],
    tables: {
      audit: ['put'],
      cache: ['put'],
      listings: ['put'],
      outbox: ['put'],
      records: ['get', 'put'],
      watches: ['update'],
    },
    ...ways.first,
  },
  { functions: ['invalidate', 'lookup'], tables: { listings: ['put'] }, ...ways.first },
  { functions: ['get-rewards'], tables: { outbox: ['put'], records: ['put'] }, ...ways.first },
  { functions: ['refresh'], tables: { listings: ['put'], outbox: ['put'], records: ['put'] }, ...ways.first },
  { functions: ['refresh-account'], tables: { listings: ['get', 'getMany', 'put'] }, ...ways.first },
];

export const exceptionFor = (grant: Grant, environment: Environment): GrantException | undefined =>
  grantExceptions.find(
    ({ functions, tables, indexes = {}, actions = [] }) =>
      functions.some((name) => functionName(environment, name) === grant.function) &&
      (actions.includes(grant.action) ||
        Object.entries(tables).some(([table, uses]) => uses.some((use) => isOf(grant, table, use))) ||
        Object.entries(indexes).some(([table, names]) =>
          names.some((name) => grant.resource.endsWith(`-${table}/index/${name}`)),
        )),
  );

const isOf = ({ action, resource }: Grant, table: string, use: TableUse): boolean =>
  action === `dynamodb:${tableActions[use]}` && resource.endsWith(`-${table}`);
