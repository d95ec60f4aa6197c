import middy from '@middy/core';
import { service } from '../lib/runtime/service.ts';
import { type Swept, sweepShard } from '../lib/usecases/reconciliation/sweep-shard.ts';

/** Goes on with one shard from where it was left; the state machine starts it again until the shard is done. */
export const handler = middy<{ readonly run: string; readonly shard: number }, Swept>().handler(
  async ({ run, shard }) => {
    const running = service();
    try {
      return await sweepShard({ run, shard }, running);
    } finally {
      running.telemetry.flush();
    }
  },
);
