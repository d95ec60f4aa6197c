import { invoked } from '../lib/runtime/invocation.ts';
import { finishReconciliation } from '../lib/usecases/reconciliation/finish.ts';

/** The last step of a run: ends the run, even if shards failed. */
export const handler = invoked(
  async ({ run }: { readonly run: string }, service) => (await finishReconciliation(run, service)) ?? null,
);
