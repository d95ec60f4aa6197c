import { invoked } from '../lib/runtime/invocation.ts';
import { resolveOverdue } from '../lib/usecases/reconciliation/resolve-overdue.ts';

/** Before a run compares records: resolves conflicts and publishes events that the streams have lost. */
export const handler = invoked(({ run }: { readonly run: string }, service) => resolveOverdue(run, service));
