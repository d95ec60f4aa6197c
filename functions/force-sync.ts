import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { readSyncReport } from '../lib/usecases/following/sync-report.ts';
import { runTick } from '../lib/usecases/following/tick.ts';

/** Shorter than the gateway's time-out. */
const budget = { startMs: 10_000, wholeMs: 25_000, calls: 10_000 };

/** Runs a tick now. While another tick is running, the answer is `busy` at once. */
export const handler = http(async (_request, service) => {
  const done = await runTick(service, budget);
  return jsonReply({ tick: done, ...(await readSyncReport(service)) });
});
