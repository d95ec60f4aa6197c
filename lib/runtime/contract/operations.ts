import { activityOperations } from './activity.ts';
import { auditOperations } from './audit.ts';
import { changeOperations } from './changes.ts';
import { conflictOperations } from './conflicts.ts';
import { explanationOperations } from './explanations.ts';
import { invalidationOperations } from './invalidations.ts';
import { keyOperations } from './keys.ts';
import { localDataOperations } from './local-data.ts';
import { lookupOperations } from './lookups.ts';
import { metricOperations } from './metrics.ts';
import type { Operation } from './operation.ts';
import { principalOperations } from './principals.ts';
import { reconciliationOperations } from './reconciliations.ts';
import { rewardOperations } from './rewards.ts';
import { statusOperations } from './status.ts';
import { storedRecordOperations } from './stored-records.ts';
import { submissionOperations } from './submissions.ts';
import { syncOperations } from './sync.ts';
import { webhookOperations } from './webhooks.ts';

/** Every route but `$default`, described once: gateway, OpenAPI document and tests use this list. */
export const operations: readonly Operation[] = [
  ...lookupOperations,
  ...activityOperations,
  ...rewardOperations,
  ...submissionOperations,
  ...localDataOperations,
  ...changeOperations,
  ...statusOperations,
  ...explanationOperations,
  ...principalOperations,
  ...storedRecordOperations,
  ...metricOperations,
  ...syncOperations,
  ...conflictOperations,
  ...reconciliationOperations,
  ...invalidationOperations,
  ...auditOperations,
  ...keyOperations,
  ...webhookOperations,
];
