import type { StateKey } from '../block.ts';

/** Which records depend on a state key. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface Watches {
  /**
   * One row per key that leads to `watcher` (a ref key). The presence items of all keys are written before any row
   * (rule ITEM-2). `expiresAt` (epoch seconds) is only ever raised.
   */
  put(watcher: string, keys: readonly StateKey[], expiresAt: number): Promise<void>;
  /** Consistent; of these keys, those that have a watcher. Expired rows count until the table removes them (rule TRACK-3). */
  present(keys: readonly StateKey[]): Promise<StateKey[]>;
  /** Consistent; ref keys of all watchers of a key, a page at a time. */
  watchers(key: StateKey): AsyncIterable<readonly string[]>;
  /**
   * Consistent; of each watcher's keys, those whose writes are not sure to lead to the watcher until `until` (epoch
   * seconds): the row or the presence item is missing, or expires earlier. In batches; order and length as asked.
   */
  missing(
    asked: readonly { readonly watcher: string; readonly keys: readonly StateKey[]; readonly until: number }[],
  ): Promise<StateKey[][]>;
}
