import middy from '@middy/core';
import type { Tick } from '../lib/domain/tick.ts';
import { service } from '../lib/runtime/service.ts';
import { runTick } from '../lib/usecases/following/tick.ts';

/** One tick of sync; the state machine starts it twice a minute. */
export const handler = middy<unknown, Tick>().handler(async () => {
  const running = service();
  try {
    return await runTick(running);
  } finally {
    running.telemetry.flush();
  }
});
