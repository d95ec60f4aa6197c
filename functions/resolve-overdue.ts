import { invoked } from '../lib/runtime/invocation.ts';
import { resolveOverdue } from '../lib/usecases/reconciliation/resolve-overdue.ts';

/** The second step of a run: resolves overdue conflicts and publishes overdue events (rule CONFLICT-5). */
export const handler = invoked(({ run }: { readonly run: string }, service) => resolveOverdue(run, service));
