import type { Answer, Source } from './answer.ts';
import type { StateKey } from './block.ts';
import type { BasisReader, Chain, DictionaryItem } from './chain.ts';
import type { Snapshot } from './claim.ts';
import type { EntityDefinition, EntityRef } from './entity.ts';
import type { BasisDefinition } from './pinned-state.ts';
import type { Head } from './progress.ts';
import type { Reconciliation } from './reconciliation.ts';
import type { CacheEntry, EntityRecord } from './record.ts';
import type {
  Audit,
  Cache,
  Conflicts,
  DomainEvent,
  Outbox,
  ProgressStore,
  Reconciliations,
  Records,
  Watches,
} from './store.ts';

/** Where domain events go; throws where one was not taken. */
export interface Publisher {
  publish(events: readonly DomainEvent[]): Promise<{ readonly refused: readonly string[] }>;
}

/** An entry as this process remembers it: judged by the snapshot that it was read under, never by a newer one. */
export interface Remembered {
  readonly entry: CacheEntry;
  readonly snapshot: Snapshot;
}

/** What one process remembers: entries for seconds, the heights it has served, readings under way, the newest tip. */
export interface Memory {
  /** What was seen and served on another branch says nothing on this one. */
  enter(fork: number): void;
  entry(key: string): Remembered | undefined;
  remember(key: string, remembered: Remembered): void;
  /** The highest block through which this process has served the entity. */
  served(key: string): number;
  serve(key: string, height: number): void;
  /** One reading per key at a time: whoever comes while it runs gets its outcome. */
  flight<T>(key: string, read: () => Promise<T>): Promise<T>;
  head(): Head | undefined;
  seeHead(head: Head): void;
  /** The newest tip, when the store has not been told of any for a second. */
  unpublishedHead(): Head | undefined;
}

/** What this process has answered since it began: figures for operators, and what is hot for whoever warms it. */
export interface Traffic {
  /** Milliseconds since the epoch. */
  readonly since: number;
  answered(answer: Answer): void;
  /** By kind; an absence counts twice, by its source and as absent. */
  answers(): Readonly<Record<string, Answers>>;
  /** Somebody has read it, whom the cache may serve. */
  read(key: string): void;
  /** Nobody has been told for a minute what is hot. */
  readonly hotKeysAreDue: boolean;
  /** Ref keys that were read most lately, first; whoever takes them tells the store. */
  drainHotKeys(): readonly string[];
  /** The database has answered it, since no node could. */
  fellBack(key: string): void;
  /** There is some that nobody has been told of, and nobody has been told of any for ten seconds. */
  readonly fallbacksAreDue: boolean;
  /** Ref keys of all that was, latest first, as far as they are remembered; whoever takes them tells the store. */
  drainFallbacks(): readonly string[];
  /** By chance: true for so many of all who ask, 0 to 1. */
  isDrawn(share: number): boolean;
  /** By which the store knows this process. */
  readonly process: string;
}

export type Answers = Readonly<Record<Source | 'absent', number>>;

/** Starts a run's work, which is done by others after the answer has left. */
export interface Reconciler {
  start(run: Pick<Reconciliation, 'id' | 'attempt'>): Promise<void>;
}

/** Asks for a refresh ahead of need, done by somebody else after the answer has left. */
export interface Refresher {
  request(ref: EntityRef): Promise<void>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Log {
  debug(message: string, details?: Record<string, unknown>): void;
  info(message: string, details?: Record<string, unknown>): void;
  warn(message: string, details?: Record<string, unknown>): void;
  error(message: string, details?: Record<string, unknown>): void;
}

/** Names of what is counted; one list, so that dashboards and code cannot drift apart. */
export type Metric =
  | 'AnswerFromCache'
  | 'AnswerFromChain'
  | 'AnswerFromDatabase'
  | 'AnswerAbsent'
  | 'ChainUnavailable'
  | 'ChainRetry'
  | 'ChainHedge'
  | 'StoreFailed'
  | 'SaveFailed'
  | 'ValueTooLarge'
  | 'Conflict'
  | 'Unverifiable'
  | 'Missed'
  | 'Refused'
  | 'NodeSuspected'
  | 'ConflictOpened'
  | 'ConflictResolved'
  | 'ConflictAwaitsReview'
  | 'EventPublished'
  | 'SyncTick'
  | 'SyncBlocks'
  | 'SyncRefreshed'
  | 'SyncCalls'
  | 'SyncLagBlocks'
  | 'SyncLagSeconds'
  | 'SyncStalled'
  | 'LetGo'
  | 'Warmed'
  | 'SampledSame'
  | 'SampledDiffers'
  | 'SampledNone'
  | 'ReconciledRecords'
  | 'ReconciledBehind'
  | 'ReconciledMissed'
  | 'ReconciledConflict'
  | 'ReconciledUnverifiable'
  | 'ReconciledFixed'
  | 'ReconciledCalls'
  | 'CoveragePercent'
  | 'OldestUnverifiedSeconds';

/** Of one node, by its name. Latency in milliseconds, the height of its newest block, everything else a count. */
export type UpstreamMetric =
  | 'UpstreamHeight'
  | 'UpstreamBarred'
  | 'UpstreamCalls'
  | 'UpstreamFailures'
  | 'UpstreamThrottled'
  | 'UpstreamLatency'
  | 'BreakerOpened'
  | 'BreakerClosed';

export interface Metrics {
  count(metric: Metric, by?: number): void;
  upstream(name: string, metric: UpstreamMetric, value: number): void;
}

export interface Limits {
  readonly deadlineMs: number;
  readonly staleLimitSeconds: number;
  /** JSON-RPC requests that one run of reconciliation may send. */
  readonly reconcileCalls: number;
  /** Of the chain's answers, how many are also compared with what the database would have said: 0 to 1. */
  readonly sampleShare: number;
}

/** Of conflicts that await a person: whose they are, and how long they may wait. */
export interface Review {
  readonly owner: string;
  readonly hours: number;
}

/** What every claim of the moment is judged by: progress first, then the bases, at most a second old. */
export interface Snapshots {
  /** The one at hand, while it is young enough. */
  held(): Snapshot | undefined;
  /** Throws StoreUnavailable. */
  current(): Promise<Snapshot>;
  /** Read anew, however young the one at hand is. */
  renewed(): Promise<Snapshot>;
  /** The same snapshot once it holds these bases too: what it lacked is read now, after its progress. */
  withBases(snapshot: Snapshot, names: readonly string[]): Promise<Snapshot>;
  /** A basis that the snapshot lacked and that has been stored since: newer than the snapshot's progress, as it must be. */
  learn(snapshot: Snapshot, name: string, basis: EntityRecord): void;
}

/** Everything that use cases need. They take what they use of it (`Pick<Service, …>`) as their last argument. */
export interface Service {
  readonly chain: Chain;
  readonly network: string;
  readonly cache: Cache;
  readonly records: Records;
  readonly watches: Watches;
  readonly audit: Audit;
  readonly conflicts: Conflicts;
  readonly outbox: Outbox;
  readonly reconciliations: Reconciliations;
  readonly progress: ProgressStore;
  readonly snapshots: Snapshots;
  readonly bases: BasisReader;
  readonly memory: Memory;
  readonly traffic: Traffic;
  readonly refresher: Refresher;
  readonly reconciler: Reconciler;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly review: Review;
  readonly definitions: ReadonlyMap<string, EntityDefinition>;
  readonly shared: SharedDefinitions;
}

/** What sync must know of the configuration beside the kinds. */
export interface SharedDefinitions {
  /** Digest of all that the definitions of bases depend on. */
  readonly settings: string;
  /** The definition of a stored basis, by its name; undefined where the configuration has none such any more. */
  basis(name: string): BasisDefinition | undefined;
  /** Bases whose dictionaries are searched for what nobody has asked for yet, and the key whose write may bring one into being. */
  readonly discovering: readonly { readonly name: string; readonly rootKey: StateKey }[];
  /** The entity that an item of a dictionary is of, where the dictionary is the one that lists them. */
  discovered(basis: { readonly name: string; readonly value: object }, item: DictionaryItem): EntityRef | undefined;
}
