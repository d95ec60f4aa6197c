import type { Conflict, ConflictStatus } from '../conflict.ts';
import type { AuditEntry } from '../record.ts';

/** The table of conflicts. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface Conflicts {
  /** Consistent. */
  get(id: string): Promise<Conflict | undefined>;
  /** Newest first; `after` continues behind an id. */
  byStatus(
    status: ConflictStatus,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<{ readonly conflicts: readonly Conflict[]; readonly more: boolean }>;
  count(status: ConflictStatus): Promise<number>;
  /**
   * Changes a conflict without its record, and writes an entry of the conflict's own trail in the same transaction (rule
   * ITEM-3). True if its revision is one above the stored one and the trail has no such entry yet, and so both were kept.
   */
  change(conflict: Conflict, entry?: AuditEntry): Promise<boolean>;
}
