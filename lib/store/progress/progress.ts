import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { readProgress } from './chain-item.ts';
import { createCursor } from './cursor.ts';
import { createDirectory } from './directory.ts';
import { createDrift } from './drift.ts';
import { createHead } from './head.ts';
import { createHotKeys } from './hot-keys.ts';
import { createInvalidations } from './invalidations.ts';
import { createLeases, createSyncLease } from './leases.ts';
import { createNodes } from './nodes.ts';
import { createReportLinks } from './report-links.ts';
import { createSyncHealth } from './sync-health.ts';
import { createTrustedBlock } from './trust.ts';

export function createProgress(dynamo: Dynamo, prefix: string): ProgressStore {
  return {
    ...createCursor(dynamo, prefix),
    ...createHead(dynamo, prefix),
    ...createNodes(dynamo, prefix),
    ...createSyncLease(dynamo, prefix),
    ...createLeases(dynamo, prefix),
    ...createSyncHealth(dynamo, prefix),
    ...createInvalidations(dynamo, prefix),
    ...createHotKeys(dynamo, prefix),
    ...createDrift(dynamo, prefix),
    ...createReportLinks(dynamo, prefix),
    ...createDirectory(dynamo, prefix),
    ...createTrustedBlock(dynamo, prefix),
    read: () => readProgress(dynamo, prefix),
  };
}
