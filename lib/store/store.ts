import type { Clock } from '../domain/ports/telemetry.ts';
import type { StorePorts } from '../domain/service.ts';
import { createActivity } from './activity.ts';
import { createAudit } from './audit.ts';
import { createBudgets } from './budgets.ts';
import { createCache } from './cache.ts';
import { createChanges } from './changes.ts';
import { createCollectionStates } from './collections.ts';
import { createConflicts } from './conflicts.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { createExplanations } from './explanations.ts';
import { createKeys } from './keys.ts';
import { createListings } from './listings.ts';
import { createLocalData } from './local-data.ts';
import { createOutbox } from './outbox.ts';
import { createProgress } from './progress/progress.ts';
import { createReconciliations } from './reconciliation/reconciliations.ts';
import { createRecords } from './records.ts';
import { createRewards } from './rewards.ts';
import { createSubmissions } from './submissions.ts';
import { createWatches } from './watches.ts';
import { createWebhooks } from './webhooks.ts';

export type Store = StorePorts;

/** The ports of the store on DynamoDB, in the tables named `<prefix>-…`, which must exist. */
export const createStore = (dynamo: Dynamo, prefix: string, clock: Pick<Clock, 'now'> = { now: Date.now }): Store => ({
  records: createRecords(dynamo, prefix),
  listings: createListings(dynamo, prefix),
  activity: createActivity(dynamo, prefix),
  watches: createWatches(dynamo, prefix),
  cache: createCache(dynamo, prefix),
  audit: createAudit(dynamo, prefix),
  conflicts: createConflicts(dynamo, prefix),
  outbox: createOutbox(dynamo, prefix, clock),
  changes: createChanges(dynamo, prefix),
  reconciliations: createReconciliations(dynamo, prefix),
  rewards: createRewards(dynamo, prefix),
  progress: createProgress(dynamo, prefix),
  collections: createCollectionStates(dynamo, prefix),
  keys: createKeys(dynamo, prefix),
  webhooks: createWebhooks(dynamo, prefix),
  budgets: createBudgets(dynamo, prefix),
  explanations: createExplanations(dynamo, prefix),
  submissions: createSubmissions(dynamo, prefix),
  localData: createLocalData(dynamo, prefix),
});
