import type { LoggedEvent, LogHead } from '../change.ts';

/** The log of changes: events in numbered places. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface LogOfChanges {
  /** The newest place. Consistent. */
  head(): Promise<LogHead>;
  /**
   * The events behind a position and through `to`, in order and without a gap; `to` must not be above a head that was read before.
   * It ends before the first that is no longer kept at `now`, in milliseconds. Consistent.
   */
  read(after: number, to: number, now: number): Promise<readonly LoggedEvent[]>;
  /** The lowest position that is kept at `now`, up to this head's; one above the head where none is. */
  oldest(head: LogHead, now: number): Promise<number>;
  /**
   * Rule FEED-1: moves the head and puts the events behind it, all or none. True if the head was still this one, and all of the
   * events were in the outbox without a cursor; each then has its own there.
   */
  append(head: LogHead, events: readonly LoggedEvent[]): Promise<boolean>;
}

/** Events that one `append` takes: a transaction has 100 parts, and an event needs two of them. */
export const appendLimit = 49;
