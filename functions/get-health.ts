import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { readHealth } from '../lib/usecases/health/health.ts';

/** Reports every part of the service: whether it is healthy, since when it is not, why, and what to do. For operators. */
export const handler = http(async (_request, service) => {
  const report = await readHealth(service);
  return jsonReply(report, report.status === 'down' ? 503 : 200);
});
