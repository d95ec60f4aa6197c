import type { Answer, Source } from '../answer.ts';
import type { BlockRef } from '../block.ts';
import type { Snapshot } from '../claim.ts';
import type { Head, Progress } from '../progress.ts';
import type { CacheEntry, EntityRecord } from '../record.ts';

/** What one process remembers: entries for seconds, the heights it has served, readings under way, the newest tip. */
export interface Memory {
  /** What was seen and served on another fork says nothing about this one: it is forgotten. */
  enter(fork: number): void;
  /** The fork that was entered last; 0: none was. */
  fork(): number;
  entry(key: string): Remembered | undefined;
  remember(key: string, remembered: Remembered): void;
  /** The highest block through which this process has served the entity (rule CLAIM-8). */
  served(key: string): number;
  serve(key: string, height: number): void;
  /** One reading per key at a time: concurrent callers share its outcome. */
  flight<T>(key: string, read: () => Promise<T>): Promise<T>;
  /** True for the first caller with this key within so many milliseconds. */
  once(key: string, milliseconds: number): boolean;
  /**
   * What was read under this key at most so many milliseconds ago, or is being read; else it is read now. What `keeps` refuses
   * is shared by those who ask while it is being read, and not kept.
   */
  recent<T>(key: string, milliseconds: number, read: () => Promise<T>, keeps?: (value: T) => boolean): Promise<T>;
  /**
   * By the wall clock: since when each of these is among the keys given for this group without a break. It is asked with all
   * that hold at the moment: what is not among them has ended.
   */
  standing(group: string, keys: readonly string[]): ReadonlyMap<string, number>;
  /** One of so many places under this key; returns how to leave it. undefined: all are taken. */
  takePlace(key: string, most: number): (() => void) | undefined;
  /** True for the first so many callers with this key in a minute. */
  allows(key: string, perMinute: number): boolean;
  /** Calls to nodes for what turned out not to be on the chain, or unusable (rule LIMIT-4). */
  readonly absentCalls: {
    charge(calls: number, perMinute: number): void;
    /** Seconds until another reading of an unknown id may begin; 0: now. */
    waitSeconds(perMinute: number): number;
  };
  head(): Head | undefined;
  seeHead(head: Head): void;
  /** No node serves this block: the head before it counts again. */
  forgetHead(block: BlockRef): void;
  /** A head of this height is known to this process. */
  noteSight(height: number): void;
  /**
   * By the steady clock: when this process first saw a head above this height; undefined where it has seen none at or below it, or
   * has not watched the blocks in between.
   */
  firstSightAbove(height: number): number | undefined;
  /** The newest tip, if this process has published none to the store for a second. */
  unpublishedHead(): Head | undefined;
}

/** An entry as this process remembers it: judged by the snapshot that it was read under, never by a newer one (rule CLAIM-6). */
export interface Remembered {
  readonly entry: CacheEntry;
  readonly snapshot: Snapshot;
}

/** What every claim of the moment is judged by: progress first, then the bases, at most a second old (rule CLAIM-1). */
export interface Snapshots {
  /** The current one, while it is young enough. */
  held(): Snapshot | undefined;
  /**
   * The last one, where the store has given no newer one: at most 15 seconds old (rule CLAIM-9). `hasFailed`: the store was asked for a
   * newer one within the last second, in vain.
   */
  kept(): { readonly snapshot: Snapshot; readonly hasFailed: boolean } | undefined;
  /** Throws StoreUnavailable. */
  current(): Promise<Snapshot>;
  /** Read again, however young the current one is. */
  renewed(): Promise<Snapshot>;
  /** One of this progress, which was read at `readAt` (by the steady clock) or later. */
  adopt(progress: Progress, readAt: number): Snapshot;
  /** The same snapshot with these bases: those it lacks are read now, after its progress. */
  withBases(snapshot: Snapshot, names: readonly string[]): Promise<Snapshot>;
  /** Adds a basis that the snapshot lacked and that was stored since: newer than the snapshot's progress, as it must be. */
  learn(snapshot: Snapshot, name: string, basis: EntityRecord): void;
}

/** What this process has answered since it began: figures for operators, hot keys for other processes. */
export interface Traffic {
  /** Milliseconds since the epoch. */
  readonly since: number;
  answered(answer: Answer): void;
  /** By kind; an absence counts twice, by its source and as absent. */
  answers(): Readonly<Record<string, Answers>>;
  /** Counts a read that the cache may serve. */
  read(key: string): void;
  /** True where this process has reported no hot keys for a minute. */
  readonly hotKeysAreDue: boolean;
  /** Ref keys that were read most of late, most read first; the caller reports them to the store. */
  drainHotKeys(): readonly string[];
  /** By chance: true for this share of all calls, 0 to 1. */
  isDrawn(share: number): boolean;
  /** The name by which the store knows this process. */
  readonly process: string;
}

export type Answers = Readonly<Record<Source | 'absent', number>>;

/** How one process gets on with one table of the store. Moments are milliseconds since the epoch. */
export interface StoreUse {
  readonly table: string;
  readonly access: 'reads' | 'writes';
  /** The last one failed; null: it succeeded, or there was none. `at`: the last one; `since`: the first without a success since. */
  readonly failing: { readonly since: number; readonly at: number; readonly reason: string } | null;
  readonly lastSucceededAt: number | null;
}

export interface StoreWatch {
  uses(): readonly StoreUse[];
}
