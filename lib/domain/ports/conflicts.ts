import type { Conflict, ConflictStatus } from '../conflict.ts';

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
  /** Changes a conflict without its record. True if its revision is one above the stored one, and so it was kept. */
  change(conflict: Conflict): Promise<boolean>;
}
