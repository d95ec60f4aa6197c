import type { BasisReader, BlockRef, Chain, StateKey } from './chain.ts';
import type { Snapshot } from './claim.ts';
import type { EntityDefinition, EntityRef } from './entity.ts';
import type { Head, NodeMemory, Progress } from './progress.ts';
import type { AuditEntry, CacheEntry, EntityRecord } from './record.ts';

/** Every method of the store throws StoreUnavailable when the engine cannot be reached in time. */
export interface Cache {
  get(ref: EntityRef): Promise<CacheEntry | undefined>;
  /**
   * Kept only if the entry there has a lower `sequence`, or the same one and no greater height. `expiresAt`, in epoch
   * seconds, is when the table may drop it: housekeeping only, freshness is decided when reading.
   */
  put(entry: CacheEntry, expiresAt: number): Promise<void>;
}

/** `won`, or the record that was there instead (undefined: none was). */
export type SaveOutcome = { readonly won: true } | { readonly won: false; readonly winner: EntityRecord | undefined };

/** On what the winner of a race is told: the block and `sequence` that were compared with, or `sequence` alone. */
export interface Compared {
  readonly height: number;
  readonly hash: string;
  readonly sequence: number;
  readonly sequenceAlone?: boolean;
}

export interface Records {
  /** Consistent. */
  get(ref: EntityRef): Promise<EntityRecord | undefined>;
  /** Consistent, in batches; order and length as asked. */
  getMany(refs: readonly EntityRef[]): Promise<(EntityRecord | undefined)[]>;
  /** Record and audit entry in one transaction (the record alone where nothing changed but its block and read set). */
  save(record: EntityRecord, compared: Compared | undefined, audit: AuditEntry | undefined): Promise<SaveOutcome>;
  /** Refs of an owner's records of one kind, by id; `prefix` narrows the ids, `after` continues behind an id. */
  byOwner(
    kind: string,
    owner: string,
    page: { readonly prefix?: string; readonly after?: string; readonly limit: number },
  ): Promise<{ readonly refs: EntityRef[]; readonly more: boolean }>;
}

export interface Watches {
  /**
   * One row per key that leads to `watcher` (a ref key), each behind its key's presence item, which is written first.
   * `expiresAt` (epoch seconds) is only ever raised.
   */
  put(watcher: string, keys: readonly StateKey[], expiresAt: number): Promise<void>;
}

export interface Audit {
  /** Newest first; `before` continues below a sequence. */
  history(ref: EntityRef, page: { readonly before?: number; readonly limit: number }): Promise<AuditEntry[]>;
}

export interface ProgressStore {
  /** Consistent. */
  read(): Promise<Progress>;
  /** Keeps the higher block, and for the same block the later moment. Sets the network when there is none yet. */
  seeHead(head: Head, network: string): Promise<void>;
  /** True for the one caller who takes the lease; it ends by itself at `until` (milliseconds since the epoch, as `now`). */
  takeLease(name: string, owner: string, now: number, until: number): Promise<boolean>;
  /** Ends it early; nothing happens where it is not the owner's (any more). */
  endLease(name: string, owner: string): Promise<void>;
  /** Consistent; when the lease ends, or undefined where nobody has it. */
  leasedUntil(name: string, now: number): Promise<number | undefined>;
  /**
   * Keeps a change of what is known of a node, if nobody has made another one since the token `seen` (0: none is known).
   * What is there afterwards: the change itself when it was kept.
   */
  noteNode(name: string, memory: NodeMemory, seen: number): Promise<Noted>;
  /** Public keys of validators seen in switch blocks, and the span of heights that was walked. */
  directory(): Promise<Directory>;
  growDirectory(seen: Directory): Promise<void>;
}

export interface Noted {
  readonly kept: boolean;
  readonly there: NodeMemory | undefined;
}

export interface Directory {
  readonly validators: readonly string[];
  /** Newest switch block walked. */
  readonly newest: BlockRef | null;
  /** Height of the oldest one walked: every switch block from here through `newest` was. */
  readonly oldest: number | null;
  /** Where to go on walking back: the hash of the next older switch block, null once genesis was reached. */
  readonly next: string | null;
}

/** An entry as this process remembers it: judged by the snapshot that it was read under, never by a newer one. */
export interface Remembered {
  readonly entry: CacheEntry;
  readonly snapshot: Snapshot;
}

/** What one process remembers: entries for seconds, the heights it has served, readings under way, the newest tip. */
export interface Memory {
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
  untoldHead(): Head | undefined;
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
  | 'Conflict';

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
  readonly progress: ProgressStore;
  readonly snapshots: Snapshots;
  readonly bases: BasisReader;
  readonly memory: Memory;
  readonly refresher: Refresher;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly definitions: ReadonlyMap<string, EntityDefinition>;
}
