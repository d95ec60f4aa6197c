import type { Activity } from '../../../lib/domain/activity.ts';
import type { StoredKey } from '../../../lib/domain/api-key.ts';
import { type BlockRef, blockRef } from '../../../lib/domain/block.ts';
import { emptyLog, type LoggedEvent, type LogHead } from '../../../lib/domain/change.ts';
import type { CollectionState } from '../../../lib/domain/collection.ts';
import type { Conflict } from '../../../lib/domain/conflict.ts';
import type { Explanation } from '../../../lib/domain/explanation.ts';
import type { HotKeys } from '../../../lib/domain/hot-keys.ts';
import type { ListRow } from '../../../lib/domain/listing.ts';
import type { LocalData } from '../../../lib/domain/local-data.ts';
import type { StoredEvent } from '../../../lib/domain/ports/outbox.ts';
import type { Directory, Drift } from '../../../lib/domain/ports/progress-store.ts';
import { noProgress, type Progress } from '../../../lib/domain/progress.ts';
import type { Reconciliation, ShardProgress } from '../../../lib/domain/reconciliation.ts';
import type { AuditEntry, CacheEntry, EntityRecord } from '../../../lib/domain/record.ts';
import type { EndedEra, EraShares } from '../../../lib/domain/rewards.ts';
import type { StoredSubmission } from '../../../lib/domain/submission.ts';
import type { NotedTick } from '../../../lib/domain/tick.ts';
import type { KeptCounts } from '../../../lib/domain/token-counts.ts';
import type { StoredTrust } from '../../../lib/domain/trust.ts';
import type { StoredWebhook, WebhookDelivery } from '../../../lib/domain/webhook.ts';
import type { WebhookSecret } from '../../../lib/domain/webhook-signature.ts';

/**
 * Called, and awaited, before each call takes effect, as `records.save`, `cache.get`, …; a watch's writes besides as
 * `watches.presence` and `watches.row`, with the state key. What it throws, the call throws.
 */
export type OnCall = (name: string, args: readonly unknown[]) => void | Promise<void>;

/** What the tables hold, which tests also look into and put right or wrong. */
export interface MemoryTables {
  readonly records: Map<string, EntityRecord>;
  /** By list, then by place. */
  readonly listings: Map<string, Map<string, ListRow>>;
  /** By package hash: what is noted of doubts, see rule COLLECT-9. */
  readonly doubts: Map<string, { readonly raised: number; readonly settledAt?: number }>;
  /** By package hash. */
  readonly counts: Map<string, KeptCounts>;
  /** By account and place. */
  readonly activity: Map<string, Activity>;
  readonly audit: Map<string, AuditEntry[]>;
  readonly cache: Map<string, { readonly entry: CacheEntry; readonly expiresAt: number }>;
  /** By state key: watchers (`!` is the presence item) and their expiry. */
  readonly watches: Map<string, Map<string, number>>;
  readonly conflicts: Map<string, Conflict>;
  readonly outbox: Map<string, StoredEvent>;
  /** By position. */
  readonly changes: Map<number, LoggedEvent>;
  logHead: LogHead;
  /** By subject, the event of it that was put last. */
  readonly lastEvents: Map<string, string>;
  /** By era. */
  readonly rewards: Map<number, EndedEra & { readonly shares: EraShares }>;
  /** Runs, by their ids. */
  readonly reconciliations: Map<string, Reconciliation>;
  /** By the id of the run, then by shard. */
  readonly shards: Map<string, ReadonlyMap<number, ShardProgress>>;
  /** Of runs. */
  latest: Pick<Reconciliation, 'id' | 'attempt'> | null;
  readonly leases: Map<string, { readonly owner: string; readonly until: number }>;
  /** By the digest of the token. */
  readonly reportLinks: Map<string, { readonly run: string; readonly until: number }>;
  /** Its head is the one of `headFork`. */
  progress: Progress;
  headFork: number;
  syncLease: { readonly owner: string; readonly token: number; readonly until: number };
  /** By package hash. */
  readonly collections: Map<string, CollectionState>;
  /** Newest first. */
  ticks: readonly NotedTick[];
  readonly hotKeys: Map<number, HotKeys>;
  /** By day. */
  readonly drift: Map<string, Drift>;
  directory: Directory;
  trust: StoredTrust | undefined;
  /** By id. */
  readonly keys: Map<string, StoredKey>;
  /** By id, all three. */
  readonly webhooks: Map<string, StoredWebhook>;
  readonly webhookSecrets: Map<string, readonly WebhookSecret[]>;
  readonly webhookDeliveries: Map<string, WebhookDelivery>;
  /** By caller; `taken` by bucket of time; `limitedUntil` in milliseconds since the epoch. */
  /** Of those who wait: the end of each place. */
  readonly places: Map<string, Map<number, number>>;
  readonly budgets: Map<string, { readonly taken: ReadonlyMap<number, number>; readonly limitedUntil: number | null }>;
  /** By request id; `expiresAt` in seconds since the epoch. */
  readonly explanations: Map<string, { readonly explanation: Explanation; readonly expiresAt: number }>;
  /** By hash. */
  readonly submissions: Map<string, StoredSubmission>;
  /** The hash of each, by principal and key. */
  readonly idempotencyKeys: Map<string, string>;
  /** By application and entity. */
  readonly localData: Map<string, LocalData>;
}

export const emptyTables = (): MemoryTables => ({
  records: new Map(),
  listings: new Map(),
  doubts: new Map(),
  counts: new Map(),
  activity: new Map(),
  audit: new Map(),
  cache: new Map(),
  watches: new Map(),
  conflicts: new Map(),
  outbox: new Map(),
  changes: new Map(),
  logHead: emptyLog,
  lastEvents: new Map(),
  rewards: new Map(),
  reconciliations: new Map(),
  shards: new Map(),
  latest: null,
  leases: new Map(),
  reportLinks: new Map(),
  progress: noProgress,
  headFork: 0,
  syncLease: { owner: '', token: 0, until: 0 },
  collections: new Map(),
  ticks: [],
  hotKeys: new Map(),
  drift: new Map(),
  directory: { validators: [], newest: null, oldest: null, next: null },
  trust: undefined,
  keys: new Map(),
  webhooks: new Map(),
  webhookSecrets: new Map(),
  webhookDeliveries: new Map(),
  budgets: new Map(),
  places: new Map(),
  explanations: new Map(),
  submissions: new Map(),
  idempotencyKeys: new Map(),
  localData: new Map(),
});

/** A copy, as a table would give it. */
export const copy = <Value>(value: Value): Value => (value === undefined ? value : JSON.parse(JSON.stringify(value)));

/** A copy of what names a block. */
export const kept = <Entry extends { readonly block: BlockRef | null }>(entry: Entry): Entry => ({
  ...copy(entry),
  block: entry.block && blockRef(entry.block),
});

/** As the tables give them: a page at a time. */
export function* pagesOf<Item>(items: readonly Item[], size = 100): Generator<Item[]> {
  for (let at = 0; at < items.length; at += size) yield copy(items.slice(at, at + size));
}
