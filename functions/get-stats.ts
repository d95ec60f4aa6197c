import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { readStats } from '../lib/usecases/status/stats.ts';

/** Gets the figures of this instance and of the store. */
export const handler = http(async (_request, service) =>
  jsonReply(await readStats(service.telemetry.counts(), service)),
);
