import type { BlockRef, StateKey } from './block.ts';
import type { Conflict, ConflictStatus } from './conflict.ts';
import type { EntityRef } from './entity.ts';
import type { Head, Invalidation, NodeMemory, Progress } from './progress.ts';
import type { Checked, Place, Reconciliation, ShardProgress } from './reconciliation.ts';
import type { AuditEntry, CacheEntry, ConflictMark, EntityRecord } from './record.ts';
import type { Tick } from './tick.ts';

/** Every method of the store throws StoreUnavailable when the engine cannot be reached in time. */
export interface Cache {
  get(ref: EntityRef): Promise<CacheEntry | undefined>;
  /**
   * Kept only if the entry there has a lower `sequence`, or the same one and no greater height; at the same height none
   * takes the place of one in dispute but another one in dispute: an entry that was under way when the record was marked
   * comes too late. `expiresAt`, in epoch seconds, is when the table may drop it: housekeeping only, freshness is decided
   * when reading.
   */
  put(entry: CacheEntry, expiresAt: number): Promise<void>;
}

/** `won`, or the record that was there instead (undefined: none was). */
export type SaveOutcome = { readonly won: true } | { readonly won: false; readonly winner: EntityRecord | undefined };

/** On what the winner of a race is told: the block and `sequence` that were compared with, or `sequence` alone. */
export interface SaveCondition {
  readonly height: number;
  readonly hash: string;
  readonly sequence: number;
  readonly sequenceAlone?: boolean;
  /** The mark that the record bore, which block and sequence do not tell; any mark will do where this is left out. */
  readonly conflict?: ConflictMark | null;
}

export interface Records {
  /** Consistent. */
  get(ref: EntityRef): Promise<EntityRecord | undefined>;
  /** Consistent, in batches; order and length as asked. */
  getMany(refs: readonly EntityRef[]): Promise<(EntityRecord | undefined)[]>;
  /**
   * Record and audit entry in one transaction (the record alone where nothing changed but its block and read set). A
   * conflict that is opened or settled by it is changed in the same transaction; so is the event that tells of the change.
   */
  save(
    record: EntityRecord,
    compared: SaveCondition | undefined,
    audit: AuditEntry | undefined,
    conflict?: Conflict,
  ): Promise<SaveOutcome>;
  /** Refs of an owner's records of one kind, by id; `prefix` narrows the ids, `after` continues behind an id. */
  byOwner(
    kind: string,
    owner: string,
    page: { readonly prefix?: string; readonly after?: string; readonly limit: number },
  ): Promise<{ readonly refs: EntityRef[]; readonly more: boolean }>;
  /**
   * Of a shard, those last checked from one moment (ISO 8601) until before another, longest ago first; `after` continues
   * behind a place. The order is an index's, which may lag behind.
   */
  byChecked(
    shard: number,
    page: CheckedSpan & { readonly after?: Place | undefined; readonly limit: number },
  ): Promise<{ readonly places: readonly Place[]; readonly more: boolean }>;
  /** How many of a shard were last checked within a span; as the index has it. */
  countChecked(shard: number, span: CheckedSpan): Promise<number>;
  /** Sets when they were last checked, each only where its height and `sequence` are still those; the others stay as they are. */
  markChecked(records: readonly Checked[], at: string): Promise<void>;
}

/** ISO 8601, `until` excluded; open where one is left out. */
export interface CheckedSpan {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

export interface Watches {
  /**
   * One row per key that leads to `watcher` (a ref key), each behind its key's presence item, which is written first.
   * `expiresAt` (epoch seconds) is only ever raised.
   */
  put(watcher: string, keys: readonly StateKey[], expiresAt: number): Promise<void>;
  /** Consistent; of these keys, those that anybody watches. Expired rows count until the table removes them. */
  present(keys: readonly StateKey[]): Promise<StateKey[]>;
  /** Consistent; ref keys of all who watch it, a page at a time. */
  watchers(key: StateKey): AsyncIterable<readonly string[]>;
  /**
   * Consistent; of each watcher's keys, those whose write would not lead to it at least until then (epoch seconds): the row or
   * the key's presence item is not there, or goes earlier. In batches; order and length as asked.
   */
  missing(
    asked: readonly { readonly watcher: string; readonly keys: readonly StateKey[]; readonly until: number }[],
  ): Promise<StateKey[][]>;
}

export interface Audit {
  /** Newest first; `before` continues below a sequence. */
  history(ref: EntityRef, page: { readonly before?: number; readonly limit: number }): Promise<AuditEntry[]>;
  /**
   * Appends to the trail of what is no record (a node, the service, a refused write), behind its newest entry. Nothing
   * is written where that entry has the same `after` already: told twice, it happened once.
   */
  append(entry: Omit<AuditEntry, 'sequence' | 'previousDigest' | 'digest'>): Promise<void>;
  /** All entries of a span of time (ISO 8601, `until` excluded), oldest first, a page at a time. */
  between(from: string, until: string): AsyncIterable<readonly AuditEntry[]>;
  /** Consistent; single entries, in batches; order and length as asked. */
  entries(
    asked: readonly { readonly ref: EntityRef; readonly sequence: number }[],
  ): Promise<(AuditEntry | undefined)[]>;
}

export interface Conflicts {
  /** Consistent. */
  get(id: string): Promise<Conflict | undefined>;
  /** Newest first; `after` continues behind an id. */
  byStatus(
    status: ConflictStatus,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<{ readonly conflicts: readonly Conflict[]; readonly more: boolean }>;
  count(status: ConflictStatus): Promise<number>;
  /** One that comes without its record: kept if its revision is one above the stored one. */
  change(conflict: Conflict): Promise<boolean>;
}

export type EventType =
  | 'RecordChanged'
  | 'ConflictOpened'
  | 'ConflictResolved'
  | 'ReconciliationFinished'
  | 'SyncStalled'
  | 'SyncRecovered';

/** What happened, for whoever subscribes: written with the change, published afterwards, so that neither is without the other. */
export interface DomainEvent {
  /** Of the change: told twice, it is the same event. */
  readonly id: string;
  readonly type: EventType;
  readonly at: string;
  readonly detail: object;
}

export interface Outbox {
  put(event: DomainEvent): Promise<void>;
  /** Marks it as published: it is not found by `unpublished` any more. */
  published(id: string): Promise<void>;
  /** Those older than a moment (ISO 8601), oldest first. */
  unpublished(before: string, limit: number): Promise<DomainEvent[]>;
}

export interface Reconciliations {
  /** Consistent. */
  get(id: string): Promise<Reconciliation | undefined>;
  /** Consistent; the one that was begun, or taken up again, last. */
  latest(): Promise<Reconciliation | undefined>;
  /**
   * Keeps a run, new or taken up again, as the latest one, on condition that the latest one is still `over` (undefined: there
   * is none): of two who begin at once one is told false.
   */
  begin(run: Reconciliation, over: Pick<Reconciliation, 'id' | 'attempt'> | undefined): Promise<boolean>;
  /** Kept if its revision is one above the stored one. */
  change(run: Reconciliation): Promise<boolean>;
  /** Newest first; `after` continues behind an id. */
  list(page: {
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<{ readonly runs: readonly Reconciliation[]; readonly more: boolean }>;
  /** Consistent; of those shards of a run that have begun. */
  shards(id: string): Promise<readonly ShardProgress[]>;
  /** Kept if its revision is one above the stored one (1: there is none). */
  saveShard(id: string, shard: ShardProgress): Promise<boolean>;
}

/** Of ordinary reads that were answered by the chain, how those compared that the database would have answered. */
export interface Drift {
  /** It would have given the same value; another one; none at all. */
  readonly same: number;
  readonly differs: number;
  readonly none: number;
}

/** How sync moves on: the new cursor, on condition that nobody else has moved it, or gone back, since it was read. */
export interface CursorMove {
  /** As it was found: null on the first tick. */
  readonly from: BlockRef | null;
  readonly fork: number;
  readonly leaseToken: number;
  readonly to: BlockRef;
  readonly followedFrom: number;
  readonly protocolVersion: string;
  readonly logicVersion: number;
  readonly settings: string;
  readonly reconcileFrom?: NonNullable<Progress['reconcileFrom']>;
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
  /** Takes the turn at sync until then: a token that is higher than any before; undefined where another runner has it. */
  acquireSyncLease(owner: string, now: number, until: number): Promise<number | undefined>;
  /** Renews it; false where another one has taken it meanwhile. */
  renewSyncLease(owner: string, turn: number, until: number): Promise<boolean>;
  releaseSyncLease(owner: string, turn: number): Promise<void>;
  /**
   * Publishes the last block of a batch; a higher mark stays. False where the branch is another one by now, or a later
   * turn has begun to write.
   */
  publishMark(mark: number, fork: number, turn: number): Promise<boolean>;
  moveCursor(move: CursorMove): Promise<boolean>;
  /**
   * The highest number of rules stands: theirs who go by lower ones is refused. `followedFrom` becomes the cursor, and every
   * basis is to be read again.
   */
  raiseLogicVersion(rules: number, cursor: BlockRef): Promise<boolean>;
  /** Asks sync to read every basis again: one that readers cannot rest on can be made sound by nobody else. */
  askForBases(): Promise<void>;
  /** Goes back to a block that our chain and the network's have in common: one more branch, with no head and no basis known. */
  rewind(to: BlockRef, fork: number): Promise<boolean>;
  /** True for the one caller who tells that sync has stalled, or (null) gets on again. */
  noteStall(stalled: Progress['stalled']): Promise<boolean>;
  /** At most 50 are kept: one more, and the two oldest of one kind are joined into one that covers both, and more. */
  invalidate(marker: Invalidation): Promise<Progress['invalidations']>;
  noteTick(tick: Tick): Promise<void>;
  /** The latest ones, newest first. */
  ticks(): Promise<readonly Tick[]>;
  /** Ref keys that this process served most lately, for whoever warms what is hot. */
  saveHotKeys(process: string, keys: readonly string[], now: number): Promise<void>;
  /** Of all processes, those served most first. */
  hotKeys(now: number): Promise<readonly string[]>;
  /** Ref keys that this process has answered from the database of late, since no node could answer. */
  noteFallbacks(process: string, keys: readonly string[], now: number): Promise<void>;
  /** Of all processes, within the last 24 hours. */
  fallbacks(now: number): Promise<readonly string[]>;
  /** Adds to the day's (UTC) figures. */
  noteDrift(drift: Drift, now: number): Promise<void>;
  /** By day (`2026-11-26`), of the last seven, newest first; days without any are left out. */
  drift(now: number): Promise<readonly (Drift & { readonly day: string })[]>;
  /** What was asked for at or below this height, before this moment (ISO 8601), is done: every record has been held against the chain since. */
  reconciled(height: number, since: string): Promise<void>;
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
