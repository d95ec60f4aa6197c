import type { BlockRef } from '../block.ts';
import type { Head, Invalidation, NodeMemory, Progress } from '../progress.ts';
import type { NotedTick } from '../tick.ts';
import type { StoredTrust } from '../trust.ts';

/**
 * How far the chain is followed, and what else all processes share. Every method throws StoreUnavailable when the
 * engine cannot be reached in time. Moments called `now` and `until` are milliseconds since the epoch.
 */
export interface ProgressStore {
  /** Consistent. */
  read(): Promise<Progress>;

  /**
   * Keeps the head of the later fork; on one fork the higher block, and for the same block the later moment. Sets the network
   * when there is none yet (rule ITEM-1). `fork`: on which the head was seen; left out: the first one.
   */
  seeHead(head: Head, network: string, fork?: number): Promise<void>;
  /**
   * Keeps a change of what is known of a node, if the stored token is still `seen` (0: nothing is known yet). Returns what
   * is stored afterwards: the change itself when it was kept. Beyond 50 nodes, those that have not changed for longest are
   * forgotten.
   */
  noteNode(name: string, memory: NodeMemory, seen: number): Promise<Noted>;

  /**
   * Takes the sync lease until `until`. Returns its fencing token, which is higher than every earlier one; undefined where
   * another runner holds the lease (rule FOLLOW-9).
   */
  acquireSyncLease(owner: string, now: number, until: number): Promise<number | undefined>;
  /** False where another runner has taken the lease. */
  renewSyncLease(owner: string, leaseToken: number, until: number): Promise<boolean>;
  releaseSyncLease(owner: string, leaseToken: number): Promise<void>;
  /**
   * Publishes the last block of a batch; a higher mark stays (rule FOLLOW-1). False where the fork is another one, or a
   * runner with a higher token has begun to write.
   */
  publishMark(mark: number, fork: number, leaseToken: number): Promise<boolean>;
  /** Moves the cursor, on the conditions of `CursorMove` (rules FOLLOW-6, FOLLOW-7). False where one does not hold. */
  moveCursor(move: CursorMove): Promise<boolean>;
  /**
   * Raises the logic version (rule ITEM-5): the highest one stands, and runners with a lower one are refused. In the same
   * write `followedFrom` and `activityFrom` become the cursor, and every basis must be read again.
   */
  raiseLogicVersion(logicVersion: number, cursor: BlockRef): Promise<boolean>;
  /**
   * Asks sync to read every basis again: sync alone can mend a basis that readers cannot use (rule BASIS-2). It is asked until a
   * cursor moves that knew of it.
   */
  askForBases(): Promise<void>;
  /**
   * Goes back to a block that the store and the network have in common (rule FOLLOW-8): the fork after `fork` begins, with
   * no head and no basis known. False where the fork is another one.
   */
  rewind(to: BlockRef, fork: number): Promise<boolean>;
  /** True for the one caller who notes that sync has stalled, or (null) moves again. */
  noteStall(stalled: Progress['stalled']): Promise<boolean>;
  noteTick(tick: NotedTick): Promise<void>;
  /** The latest ticks, newest first. */
  ticks(): Promise<readonly NotedTick[]>;
  /** A full reconciliation that began after `since` (ISO 8601) is done: what was asked for before it, at or below `height`, is over. */
  reconciled(height: number, since: string): Promise<void>;

  /** At most 50 are kept: with one more, the two oldest of one kind become one that covers both (rule TRACK-4). */
  invalidate(marker: Invalidation): Promise<Progress['invalidations']>;

  /** True for the one caller who takes the lease; it ends by itself at `until`. */
  takeLease(name: string, owner: string, now: number, until: number): Promise<boolean>;
  /** Ends the lease early; nothing happens where `owner` does not hold it. */
  endLease(name: string, owner: string): Promise<void>;
  /** Consistent; when the lease ends, or undefined where it is free. */
  leasedUntil(name: string, now: number): Promise<number | undefined>;

  directory(): Promise<Directory>;
  /** Adds validators, and a span of walked switch blocks where it leaves no gap to the stored span. */
  growDirectory(seen: Directory): Promise<void>;

  /** Consistent; undefined: nothing is trusted yet (rule PROOF-3). */
  trust(): Promise<StoredTrust | undefined>;
  /**
   * Keeps a switch block that is trusted, unless a higher one of the same anchor is stored. `anew`: the anchor is configured, and
   * takes the place of any other one; else the first anchor stays. False: another one stays, which may be the same.
   */
  keepTrust(trust: StoredTrust, anew: boolean): Promise<boolean>;

  /** Ref keys that this process served most of late, for the process that warms them. */
  saveHotKeys(process: string, keys: readonly string[], now: number): Promise<void>;
  /** Of all processes, the keys served most first. */
  hotKeys(now: number): Promise<readonly string[]>;
  /** Rule ACCESS-29. `until`: milliseconds since the epoch. */
  keepReportLink(link: { readonly digest: string; readonly run: string; readonly until: number }): Promise<void>;
  /** True for the one request that opens a link to this run while it is good. */
  openReportLink(opening: {
    readonly digest: string;
    readonly run: string;
    /** The id of the request. */
    readonly openedBy: string;
    readonly now: number;
  }): Promise<boolean>;
  /** Adds to the day's (UTC) figures. */
  noteDrift(drift: Drift, now: number): Promise<void>;
  /** By day (`2026-11-26`), of the last seven, newest first; days without figures are left out. */
  drift(now: number): Promise<readonly (Drift & { readonly day: string })[]>;
}

/** How sync moves on. `from`, `fork` and `leaseToken` are conditions: what they were when sync read them. */
export interface CursorMove {
  /** The cursor as it was found: null on the first tick. */
  readonly from: BlockRef | null;
  readonly fork: number;
  readonly leaseToken: number;
  readonly to: BlockRef;
  readonly followedFrom: number;
  readonly activityFrom: number;
  readonly protocolVersion: string;
  readonly logicVersion: number;
  readonly settings: string;
  /** As it was when sync read it: later requests stay open. */
  readonly basesAsked: number;
  readonly discovers: string;
  readonly reconcileFrom?: NonNullable<Progress['reconcileFrom']>;
}

export interface Noted {
  readonly kept: boolean;
  readonly there: NodeMemory | undefined;
}

/** The validators that are known, and the one span of switch blocks that was walked without a gap. */
export interface Directory {
  /** Public keys in hex. */
  readonly validators: readonly string[];
  /** The newest switch block walked. */
  readonly newest: BlockRef | null;
  /** Height of the oldest one walked: every switch block from here through `newest` was walked. */
  readonly oldest: number | null;
  /** Where to continue backwards: the hash of the next older switch block, null once genesis was reached. */
  readonly next: string | null;
}

/** Of ordinary reads that the chain answered: how the database's answer would have compared. */
export interface Drift {
  /** It would have given the same value; another one; none at all. */
  readonly same: number;
  readonly differs: number;
  readonly none: number;
}
