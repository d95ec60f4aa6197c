import type { EntityDefinition } from './entity.ts';
import type { ActivityStore } from './ports/activity.ts';
import type { Audit } from './ports/audit.ts';
import type { Reconciler, Refresher } from './ports/background-work.ts';
import type { Budgets } from './ports/budgets.ts';
import type { Cache } from './ports/cache.ts';
import type { BasisReader, Chain } from './ports/chain.ts';
import type { ChainReads } from './ports/chain-reads.ts';
import type { LogOfChanges } from './ports/changes.ts';
import type { CollectionStates } from './ports/collections.ts';
import type { Conflicts } from './ports/conflicts.ts';
import type { Explanations } from './ports/explanations.ts';
import type { Keys } from './ports/keys.ts';
import type { Listings } from './ports/listings.ts';
import type { LocalDataStore } from './ports/local-data.ts';
import type { Outbox } from './ports/outbox.ts';
import type { Memory, Snapshots, StoreWatch, Traffic } from './ports/process.ts';
import type { ProgressStore } from './ports/progress-store.ts';
import type { Reconciliations } from './ports/reconciliations.ts';
import type { Records } from './ports/records.ts';
import type { Rewards } from './ports/rewards.ts';
import type { SubmissionStore } from './ports/submissions.ts';
import type { Clock, Log, Metrics } from './ports/telemetry.ts';
import type { Watches } from './ports/watches.ts';
import type { Webhooks } from './ports/webhooks.ts';
import type { SharedDefinitions } from './shared-definitions.ts';

/** The tables, each behind its port. */
export interface StorePorts {
  readonly records: Records;
  readonly listings: Listings;
  readonly activity: ActivityStore;
  readonly watches: Watches;
  readonly cache: Cache;
  readonly audit: Audit;
  readonly conflicts: Conflicts;
  readonly outbox: Outbox;
  readonly changes: LogOfChanges;
  readonly reconciliations: Reconciliations;
  readonly rewards: Rewards;
  readonly progress: ProgressStore;
  readonly collections: CollectionStates;
  readonly keys: Keys;
  readonly webhooks: Webhooks;
  readonly budgets: Budgets;
  readonly explanations: Explanations;
  readonly submissions: SubmissionStore;
  readonly localData: LocalDataStore;
}

/**
 * Everything that use cases need: the ports (`domain/ports`), and the configuration. A use case takes what it uses of it
 * (`Pick<Service, …>`) as its last argument.
 */
export interface Service extends StorePorts {
  readonly network: string;
  readonly limits: Limits;
  readonly review: Review;
  /** The principal on whose behalf the service works: who asked for a run, a renewal or a refresh. Left out: the service works by itself. */
  readonly onBehalfOf?: string;
  /** What the caller has left of its reads of the chain; undefined: as many as it likes. */
  readonly chainReads?: ChainReads | undefined;
  readonly definitions: ReadonlyMap<string, EntityDefinition>;
  readonly shared: SharedDefinitions;

  readonly chain: Chain;
  readonly bases: BasisReader;

  readonly snapshots: Snapshots;
  readonly memory: Memory;
  readonly traffic: Traffic;
  readonly storeWatch: StoreWatch;

  readonly refresher: Refresher;
  readonly reconciler: Reconciler;

  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Limits {
  readonly deadlineMs: number;
  /** How old an answer from the database may be. */
  readonly staleLimitSeconds: number;
  /** How old a cached answer may be while sync is late, in seconds; 0: no older than at other times. */
  readonly lateSeconds: number;
  /** JSON-RPC requests that one process may send in a minute for what turns out not to be on the chain; 0: no limit. */
  readonly absentCallsPerMinute: number;
  /** JSON-RPC requests that one run of reconciliation may send. */
  readonly reconcileCalls: number;
  /** Which share of the chain's answers is also compared with the database: 0 to 1. */
  readonly sampleShare: number;
}

/** Who reviews conflicts, and how many hours a conflict may wait for a review. */
export interface Review {
  /** Rule CONFLICT-7: who opened, edited or decided before may not decide. */
  readonly fourEyes: boolean;
  readonly owner: string;
  readonly hours: number;
}
