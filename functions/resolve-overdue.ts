import middy from '@middy/core';
import { service } from '../lib/runtime/service.ts';
import { type ResolvedOverdue, resolveOverdue } from '../lib/usecases/reconciliation/resolve-overdue.ts';

/** Before a run compares anything: what streams have forgotten is done. */
export const handler = middy<{ readonly run: string }, ResolvedOverdue>().handler(async ({ run }) => {
  const running = service();
  try {
    return await resolveOverdue(run, running);
  } finally {
    running.telemetry.flush();
  }
});
