import { invoked } from '../lib/runtime/invocation.ts';
import { beginReconciliation } from '../lib/usecases/reconciliation/begin.ts';

/** The first step of a run: of the run that an operator started, or of the hourly one where the event names none. */
export const handler = invoked(({ run }: { readonly run?: string }, service) => beginReconciliation({ run }, service));
