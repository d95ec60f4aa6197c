import middy from '@middy/core';
import { service } from '../lib/runtime/service.ts';
import { type Driven, driveLeftOpen } from '../lib/usecases/reconciliation/drive-left-open.ts';

/** Before a run compares anything: what streams have forgotten is done. */
export const handler = middy<{ readonly run: string }, Driven>().handler(async ({ run }) => {
  const running = service();
  try {
    return await driveLeftOpen(run, running);
  } finally {
    running.telemetry.flush();
  }
});
