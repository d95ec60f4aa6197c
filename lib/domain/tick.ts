import type { BlockRef } from './block.ts';

/**
 * Why a tick ended. `done`: it has reached the tip. `time`, `calls`: its budget is used up. `busy`: another runner holds the
 * sync lease. `chain`: no node could answer, or no node is far enough. `reset`: the last block is no longer the chain's (rule
 * FOLLOW-8). `rules`: the store is followed by a higher logic version (rule ITEM-5; served under this name). `overtaken`:
 * another runner was faster. `store`: the database could not be used. `defect`: an error of this service.
 */
export type StoppedBy =
  | 'done'
  | 'time'
  | 'calls'
  | 'busy'
  | 'chain'
  | 'reset'
  | 'rules'
  | 'overtaken'
  | 'store'
  | 'defect';

/** One run of sync. */
export interface Tick {
  /** ISO 8601: when the tick began. */
  readonly at: string;
  /** The first and the last block that was followed; null where there was none. */
  readonly from: number | null;
  readonly to: number | null;
  /** Heights of the blocks among them that it passed unseen, since they cannot be read (rule FOLLOW-10). */
  readonly unseen: readonly number[];
  /** How many records and bases were read again, or put into the cache again. */
  readonly refreshed: number;
  /** JSON-RPC requests. */
  readonly calls: number;
  readonly milliseconds: number;
  readonly stoppedBy: StoppedBy;
  /** A sentence, where the tick did not reach the tip. */
  readonly reason: string | null;
  /**
   * What could not be read, where that ended the tick (served under this name): the ref key of a record or basis, or
   * `block#` and the height of a block.
   */
  readonly stuckAt: string | null;
}

/** A tick as the store keeps it. */
export interface NotedTick extends Omit<Tick, 'unseen'> {
  /** Ticks of the first version have none. */
  readonly unseen?: readonly number[];
  /** Short names of all records that could not be read, where that ended the tick. Hundreds of ref keys would not fit. */
  readonly unread?: readonly string[];
  /** The last block that was followed: where sync has stood (rule FOLLOW-8). */
  readonly end?: BlockRef;
  /** Of a tick that found a reset: the highest block that is known to be of both histories (rule FOLLOW-8); left out where none is. */
  readonly common?: BlockRef;
  /** Whether it has read other records. */
  readonly hasReadOthers?: boolean;
}

/** A tick as it is served. */
export const servedTick = ({
  unread: _,
  hasReadOthers: __,
  end: ___,
  common: ____,
  unseen = [],
  ...tick
}: NotedTick): Tick => ({
  ...tick,
  unseen,
});
