import { http } from '../lib/runtime/http.ts';
import { json } from '../lib/runtime/reply.ts';
import { syncReport } from '../lib/usecases/sync-report.ts';

/** How far sync has come, and how its latest ticks went. */
export const handler = http(async (_request, service) => json(await syncReport(service)));
