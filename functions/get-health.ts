import { http } from '../lib/runtime/http.ts';
import { json } from '../lib/runtime/reply.ts';
import { health } from '../lib/usecases/health.ts';

/** Whether there are answers, and from where. */
export const handler = http(async (_request, service) => {
  const report = await health(service);
  return json(report, report.status === 'down' ? 503 : 200);
});
