import { http } from '../lib/runtime/http.ts';
import { json } from '../lib/runtime/reply.ts';
import { stats } from '../lib/usecases/stats.ts';

/** What this instance has counted, and the store's figures. */
export const handler = http(async (_request, service) => json(await stats(service.telemetry.counts(), service)));
