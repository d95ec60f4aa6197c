import type { EntityRef } from '../entity.ts';
import type { CacheEntry } from '../record.ts';

/** The cache table. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface Cache {
  /** Consistent. */
  get(ref: EntityRef): Promise<CacheEntry | undefined>;
  /**
   * Kept only if the stored entry has a lower `sequence`, or the same `sequence` and no greater height (rule SAVE-4).
   * At the same height, an entry in dispute is replaced only by another entry in dispute: an entry that was under way
   * when the record was marked arrives after the mark and must not hide it. `expiresAt`, in epoch seconds, is when the
   * table may drop the entry: housekeeping only, freshness is decided when reading. There is no `delete` (rule SAVE-7).
   */
  put(entry: CacheEntry, expiresAt: number): Promise<void>;
}
