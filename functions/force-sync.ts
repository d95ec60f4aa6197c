import { http } from '../lib/runtime/http.ts';
import { json } from '../lib/runtime/reply.ts';
import { syncReport } from '../lib/usecases/sync-report.ts';
import { tick } from '../lib/usecases/tick.ts';

/** Within the time that the gateway waits for an answer. */
const budget = { startMs: 10_000, wholeMs: 25_000, calls: 10_000 };

/** Runs a tick now; one that is under way already is not waited for, and named. */
export const handler = http(async (_request, service) => {
  const done = await tick(service, budget);
  return json({ tick: done, ...(await syncReport(service)) });
});
