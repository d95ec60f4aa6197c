import { invoked } from '../lib/runtime/invocation.ts';
import { sweepShard } from '../lib/usecases/reconciliation/sweep-shard.ts';

/** Continues one shard of a run from its last position; the state machine invokes it again until the shard is done. */
export const handler = invoked(({ run, shard }: { readonly run: string; readonly shard: number }, service) =>
  sweepShard({ run, shard }, service),
);
