import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { readSyncReport } from '../lib/usecases/following/sync-report.ts';

/** Gets the progress of sync and the latest ticks. */
export const handler = http(async (_request, service) => jsonReply(await readSyncReport(service)));
