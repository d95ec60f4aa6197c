import type { MemoryTables } from '../../support/memory-store.ts';

/**
 * A copy of all rows, without what any process writes about nodes (their health, the newest block), and without what a run
 * writes about itself.
 */
export function rowsOf(tables: MemoryTables): object {
  const { records, audit, cache, watches, conflicts, outbox, progress, directory } = tables;
  const { head: _, nodes: __, ...followed } = progress;
  return structuredClone({
    records: [...records],
    audit: [...audit].filter(([key]) => !key.startsWith('node#')),
    cache: [...cache],
    watches: [...watches],
    conflicts: [...conflicts],
    outbox: [...outbox].filter(([id]) => !id.startsWith('Reconciliation')),
    progress: followed,
    directory,
  });
}
