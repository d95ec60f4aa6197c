import { activityIn } from './activity.ts';
import { auditIn } from './audit.ts';
import { budgetsIn } from './budgets.ts';
import { cacheIn } from './cache.ts';
import { logIn } from './change-log.ts';
import { collectionStatesIn } from './collections.ts';
import { conflictsIn } from './conflicts.ts';
import { explanationsIn } from './explanations.ts';
import { keysIn } from './keys.ts';
import { listingsIn } from './listings.ts';
import { localDataIn } from './local-data.ts';
import { outboxIn } from './outbox.ts';
import { progressIn } from './progress.ts';
import { reconciliationsIn } from './reconciliations.ts';
import { recordsIn } from './records.ts';
import { rewardsIn } from './rewards.ts';
import { submissionsIn } from './submissions.ts';
import { emptyTables, type MemoryTables, type OnCall } from './tables.ts';
import { watchesIn } from './watches.ts';
import { webhooksIn } from './webhooks.ts';

export type { MemoryTables, OnCall } from './tables.ts';

export interface MemoryStoreOptions {
  readonly onCall?: OnCall;
  /** Of another process; a store of its own, where none are given. */
  readonly tables?: MemoryTables;
}

/** The store's ports in memory, with the meaning of those on DynamoDB: both pass the suites of `test/store`. */
export function createMemoryStore({ onCall = () => {}, tables = emptyTables() }: MemoryStoreOptions = {}) {
  return {
    tables,
    records: recordsIn(tables, onCall),
    listings: listingsIn(tables, onCall),
    activity: activityIn(tables, onCall),
    audit: auditIn(tables, onCall),
    cache: cacheIn(tables, onCall),
    watches: watchesIn(tables, onCall),
    conflicts: conflictsIn(tables, onCall),
    outbox: outboxIn(tables, onCall),
    changes: logIn(tables, onCall),
    reconciliations: reconciliationsIn(tables, onCall),
    rewards: rewardsIn(tables, onCall),
    progress: progressIn(tables, onCall),
    collections: collectionStatesIn(tables, onCall),
    keys: keysIn(tables, onCall),
    webhooks: webhooksIn(tables, onCall),
    budgets: budgetsIn(tables, onCall),
    explanations: explanationsIn(tables, onCall),
    submissions: submissionsIn(tables, onCall),
    localData: localDataIn(tables, onCall),
  };
}

export type MemoryStore = ReturnType<typeof createMemoryStore>;
