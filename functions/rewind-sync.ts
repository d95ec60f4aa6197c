import { rewindRequestSchema } from '../lib/runtime/contract/requests.ts';
import { http } from '../lib/runtime/http.ts';
import { parse } from '../lib/runtime/parse.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { rewind } from '../lib/usecases/following/rewind.ts';
import { readSyncReport } from '../lib/usecases/following/sync-report.ts';

const maxBodyBytes = 4 * 1024;

/** After a hard reset: back to a block that our chain and the network's have in common. */
export const handler = http(async (request, service) => {
  const { height, reviewer, note } = parse(rewindRequestSchema, request.json(maxBodyBytes));
  await rewind(height, { actor: reviewer, note: note ?? null }, service);
  return jsonReply(await readSyncReport(service));
});
