import { forceSyncRequestSchema } from '../lib/runtime/contract/requests.ts';
import { http } from '../lib/runtime/http.ts';
import { parse } from '../lib/runtime/parse.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { auditRequest } from '../lib/usecases/audit/audit-request.ts';
import { passBlock } from '../lib/usecases/following/pass-block.ts';
import { readSyncReport } from '../lib/usecases/following/sync-report.ts';
import { runTick } from '../lib/usecases/following/tick.ts';

const maxBodyBytes = 4 * 1024;
/** Shorter than the gateway's time-out. */
const budget = { startMs: 10_000, wholeMs: 25_000, calls: 10_000 };

/**
 * Runs a tick now. While another tick is running, the answer is `busy` at once. With `passBlock`, sync passes this block
 * without having read it.
 */
export const handler = http(async (request, service) => {
  const asked = request.hasBody ? parse(forceSyncRequestSchema, request.json(maxBodyBytes)) : {};
  const { passBlock: height, reviewer, note = null } = asked;
  const actor = request.principal.name;
  // Rule ACCESS-25.
  await auditRequest({ of: 'sync', actor, asked: { request: 'tick', ...asked } }, service);
  const tick =
    height === undefined
      ? await runTick(service, budget)
      : await passBlock({ height, actor, reviewer, note }, service, budget);
  return jsonReply({ tick, ...(await readSyncReport(service)) });
});
