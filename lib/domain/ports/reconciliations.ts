import type { Reconciliation, ShardProgress } from '../reconciliation.ts';

/** Runs of reconciliation. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface Reconciliations {
  /** Consistent. */
  get(id: string): Promise<Reconciliation | undefined>;
  /** Consistent; the run that was begun, or taken up again, last. */
  latest(): Promise<Reconciliation | undefined>;
  /**
   * Keeps a run, new or taken up again, as the latest one, on condition that the latest one is still `over` (undefined:
   * there is none). Of two callers at once, one gets false.
   */
  begin(run: Reconciliation, over: Pick<Reconciliation, 'id' | 'attempt'> | undefined): Promise<boolean>;
  /** True if its revision is one above the stored one, and so it was kept. */
  change(run: Reconciliation): Promise<boolean>;
  /** Newest first; `after` continues behind an id. */
  list(page: {
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<{ readonly runs: readonly Reconciliation[]; readonly more: boolean }>;
  /** Consistent; those shards of a run that have begun. */
  shards(id: string): Promise<readonly ShardProgress[]>;
  /** True if its revision is one above the stored one (revision 1: there is none), and so it was kept. */
  saveShard(id: string, shard: ShardProgress): Promise<boolean>;
}
