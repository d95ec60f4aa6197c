import middy from '@middy/core';
import type { Reconciliation } from '../lib/domain/reconciliation.ts';
import { service } from '../lib/runtime/service.ts';
import { finishReconciliation } from '../lib/usecases/reconciliation/finish.ts';

/** The last step: whatever became of the shards, the run ends. */
export const handler = middy<{ readonly run: string }, Reconciliation | null>().handler(async ({ run }) => {
  const running = service();
  try {
    return (await finishReconciliation(run, running)) ?? null;
  } finally {
    running.telemetry.flush();
  }
});
