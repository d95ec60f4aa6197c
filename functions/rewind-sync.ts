import { rewindRequestSchema } from '../lib/runtime/contract/requests.ts';
import { http } from '../lib/runtime/http.ts';
import { parse } from '../lib/runtime/parse.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { rewind } from '../lib/usecases/following/rewind.ts';
import { readSyncReport } from '../lib/usecases/following/sync-report.ts';

const maxBodyBytes = 4 * 1024;

/** Rule FOLLOW-8: after a hard reset of the network an operator rewinds sync to a block that is still on the chain. */
export const handler = http(async (request, service) => {
  const { height, reviewer, note } = parse(rewindRequestSchema, request.json(maxBodyBytes));
  await rewind(height, { actor: request.principal.name, reviewer, note: note ?? null }, service);
  return jsonReply(await readSyncReport(service));
});
