import { invoked } from '../lib/runtime/invocation.ts';
import { beginReconciliation } from '../lib/usecases/reconciliation/begin.ts';

/** The first step of a run: of the run in the event, which an operator started, or of a new hourly run. */
export const handler = invoked(({ run }: { readonly run?: string }, service) => beginReconciliation({ run }, service));
