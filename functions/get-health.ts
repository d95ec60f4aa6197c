import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { readHealth } from '../lib/usecases/status/health.ts';

/** Reports whether the service can answer, and from where. */
export const handler = http(async (_request, service) => {
  const report = await readHealth(service);
  return jsonReply(report, report.status === 'down' ? 503 : 200);
});
