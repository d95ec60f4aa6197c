import middy from '@middy/core';
import { service } from '../lib/runtime/service.ts';
import { type Begun, beginReconciliation } from '../lib/usecases/reconciliation/begin.ts';

/** The first step: the run that was asked for, or the hourly one where none is named. */
export const handler = middy<{ readonly run?: string }, Begun>().handler(async ({ run }) => {
  const running = service();
  try {
    return await beginReconciliation({ run }, running);
  } finally {
    running.telemetry.flush();
  }
});
