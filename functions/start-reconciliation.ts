import { reconciliationRequestSchema } from '../lib/runtime/contract/requests.ts';
import { http, type Request } from '../lib/runtime/http.ts';
import { flagOf, parse } from '../lib/runtime/parse.ts';
import { runIdOf, scopeOf } from '../lib/runtime/reconciliation-request.ts';
import { jsonReply, type Reply } from '../lib/runtime/reply.ts';
import type { Running } from '../lib/runtime/service.ts';
import { summaryOf } from '../lib/usecases/reconciliation/report.ts';
import { cancelReconciliation, startReconciliation } from '../lib/usecases/reconciliation/start.ts';

const maxBodyBytes = 8 * 1024;

async function start(request: Request, service: Running): Promise<Reply> {
  const asked = parse(reconciliationRequestSchema, request.hasBody ? request.json(maxBodyBytes) : {});
  // `dryRun` is accepted in the query and in the body; either one suffices.
  const dryRun = flagOf('dryRun', request.query.dryRun) || asked.dryRun === true;
  const run = await startReconciliation(
    { scope: scopeOf(asked.scope, service), dryRun, requestedBy: request.principal.name },
    service,
  );
  return jsonReply(summaryOf(run, service), 202, { location: `/v1/reconciliations/${run.id}` });
}

async function cancel({ parameters, principal }: Request, service: Running): Promise<Reply> {
  return jsonReply(summaryOf(await cancelReconciliation(runIdOf(parameters), service, principal.name), service));
}

/** Starts a reconciliation run, which the state machine carries out after the reply, or cancels one. */
export const handler = http((request, service) =>
  request.route.endsWith('/cancel') ? cancel(request, service) : start(request, service),
);
