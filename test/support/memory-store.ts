import { noProgress } from '../../lib/domain/progress.ts';
import { auditIn } from './memory/audit.ts';
import { cacheIn } from './memory/cache.ts';
import { conflictsIn } from './memory/conflicts.ts';
import { outboxIn } from './memory/outbox.ts';
import { progressIn } from './memory/progress.ts';
import { reconciliationsIn } from './memory/reconciliations.ts';
import { recordsIn } from './memory/records.ts';
import type { MemoryTables, OnCall } from './memory/tables.ts';
import { watchesIn } from './memory/watches.ts';

export type { MemoryTables, OnCall } from './memory/tables.ts';

export interface MemoryStoreOptions {
  readonly onCall?: OnCall;
  /** Of another process; a store of its own, where none are given. */
  readonly tables?: MemoryTables;
}

const noTables = (): MemoryTables => ({
  records: new Map(),
  audit: new Map(),
  cache: new Map(),
  watches: new Map(),
  conflicts: new Map(),
  outbox: new Map(),
  reconciliations: new Map(),
  shards: new Map(),
  latest: null,
  leases: new Map(),
  progress: noProgress,
  syncLease: { owner: '', token: 0, until: 0 },
  ticks: [],
  hotKeys: new Map(),
  drift: new Map(),
  directory: { validators: [], newest: null, oldest: null, next: null },
});

/** The store's ports in memory, with the meaning of those on DynamoDB: both pass the suites of `test/store`. */
export function createMemoryStore({ onCall = () => {}, tables = noTables() }: MemoryStoreOptions = {}) {
  return {
    tables,
    records: recordsIn(tables, onCall),
    audit: auditIn(tables, onCall),
    cache: cacheIn(tables, onCall),
    watches: watchesIn(tables, onCall),
    conflicts: conflictsIn(tables, onCall),
    outbox: outboxIn(tables, onCall),
    reconciliations: reconciliationsIn(tables, onCall),
    progress: progressIn(tables, onCall),
  };
}

export type MemoryStore = ReturnType<typeof createMemoryStore>;
