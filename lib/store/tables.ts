import { hash } from 'node:crypto';

export type AttributeType = 'S' | 'N';

export interface KeyAttribute {
  readonly name: string;
  readonly type: AttributeType;
}

export interface Key {
  readonly partition: KeyAttribute;
  readonly sort?: KeyAttribute;
}

/** Every index is sparse (an item without its attributes is not in it) and holds keys only. */
export interface Index extends Key {
  readonly name: string;
}

export interface Table extends Key {
  readonly indexes?: readonly Index[];
  /** The attribute, in epoch seconds, after which the engine may remove an item: housekeeping, never a rule. */
  readonly ttl?: string;
  readonly stream?: 'NEW_IMAGE';
  /**
   * Nothing is lost with it: it begins empty after a restore (rule ITEM-6, and docs/operations.md has why for each). It has no
   * point-in-time recovery, and AWS's own key. Left out: it is restored, and has both.
   */
  readonly isDerived?: true;
  /** Which keys are throttled is recorded: of tables in which one key may be asked for more than a partition gives. */
  readonly namesThrottledKeys?: true;
}

const text = (name: string): KeyAttribute => ({ name, type: 'S' });
const number = (name: string): KeyAttribute => ({ name, type: 'N' });

/** The tables as data: the deployed stacks and the local runner both create them from this. */
export const tables = {
  records: {
    partition: text('ref'),
    indexes: [{ name: 'by-checked', partition: number('shard'), sort: text('checkedAt') }],
  },
  /** Which records an owner or a collection has: read consistently, as no index is. */
  listings: { partition: text('list'), sort: text('place'), ttl: 'expiresAt' },
  /** What the transactions of the chain were to tracked accounts, by account, and by account and transfer id. */
  activity: { partition: text('list'), sort: text('place') },
  audit: {
    partition: text('ref'),
    sort: number('sequence'),
    indexes: [{ name: 'by-day', partition: text('day'), sort: text('timestamp') }],
  },
  conflicts: {
    partition: text('id'),
    indexes: [{ name: 'by-status', partition: text('status'), sort: text('openedAt') }],
    stream: 'NEW_IMAGE',
  },
  /** Events, written with the change that they report. `pending` is removed once they are published, after `cursor` was set. */
  outbox: {
    partition: text('id'),
    indexes: [{ name: 'by-pending', partition: text('pending'), sort: text('at') }],
    ttl: 'expiresAt',
    stream: 'NEW_IMAGE',
    isDerived: true,
  },
  /** The log of changes: its events in buckets, its head, and which event of a subject was put last. */
  changes: { partition: text('bucket'), sort: number('position'), ttl: 'expiresAt', isDerived: true },
  /** What ended eras have paid: the eras, and for each its accounts in shards. */
  rewards: { partition: text('list'), sort: number('era') },
  /** Runs, each with its shards, and which run is the latest. */
  reconciliations: {
    partition: text('run'),
    sort: text('part'),
    indexes: [{ name: 'by-started', partition: text('list'), sort: text('startedAt') }],
    ttl: 'expiresAt',
    isDerived: true,
  },
  watches: {
    partition: text('stateKey'),
    sort: text('watcher'),
    ttl: 'expiresAt',
    isDerived: true,
    namesThrottledKeys: true,
  },
  cache: { partition: text('ref'), ttl: 'expiresAt', isDerived: true, namesThrottledKeys: true },
  /** After a restore the forks alone count. */
  progress: { partition: text('name'), ttl: 'expiresAt', namesThrottledKeys: true },
  /** Why requests were answered as they were, for a day. */
  explanations: { partition: text('requestId'), ttl: 'expiresAt', isDerived: true },
  /** Submitted transactions, by hash, and idempotency keys. */
  submissions: {
    partition: text('id'),
    indexes: [
      { name: 'by-account', partition: text('openAccount'), sort: text('validUntil') },
      { name: 'by-open', partition: text('open'), sort: text('validUntil') },
    ],
    ttl: 'expiresAt',
  },
  /** Applications' own data, by application and record. */
  'local-data': { partition: text('ref') },
  /** Of each webhook three items: its settings, its secrets, and how far its deliveries are. */
  webhooks: {
    partition: text('id'),
    sort: text('part'),
    indexes: [
      { name: 'by-created', partition: text('list'), sort: text('createdAt') },
      { name: 'by-open', partition: text('open'), sort: text('createdAt') },
    ],
  },
  /** API keys, by their public ids. */
  keys: {
    partition: text('id'),
    indexes: [{ name: 'by-created', partition: text('list'), sort: text('createdAt') }],
  },
  /** What callers have used of their limits. */
  budgets: {
    partition: text('caller'),
    indexes: [{ name: 'by-limited', partition: text('list'), sort: text('limitedUntil') }],
    ttl: 'expiresAt',
    isDerived: true,
  },
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof tables;

export const tableNames = Object.keys(tables) as readonly TableName[];

export const tableName = (prefix: string, table: TableName): string => `${prefix}-${table}`;

/**
 * Rule ITEM-6: what an item says of the tables that it was written to. It follows from their prefix: tables that are restored have
 * another one.
 */
export const tableMark = (prefix: string): string => hash('sha256', prefix, 'base64url').slice(0, 8);
