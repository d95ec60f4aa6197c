import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { readReadiness } from '../lib/usecases/status/ready.ts';

/** Reports whether the data is within its limit of lag. */
export const handler = http(async (_request, service) => {
  const report = await readReadiness(service.config.readyLagSeconds, service);
  return jsonReply(report, report.ready ? 200 : 503);
});
