import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { readStats } from '../lib/usecases/status/stats.ts';

/** What this instance has counted, and the store's figures. */
export const handler = http(async (_request, service) =>
  jsonReply(await readStats(service.telemetry.counts(), service)),
);
