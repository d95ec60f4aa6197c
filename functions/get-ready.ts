import { http } from '../lib/runtime/http.ts';
import { json } from '../lib/runtime/reply.ts';
import { ready } from '../lib/usecases/ready.ts';

/** Whether the data is within its limit of lag. */
export const handler = http(async (_request, service) => {
  const report = await ready(service.config.readyLagSeconds, service);
  return json(report, report.ready ? 200 : 503);
});
