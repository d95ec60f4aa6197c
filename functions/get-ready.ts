import { http } from '../lib/runtime/http.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { readySeconds, recentReadiness } from '../lib/usecases/status/ready.ts';

/** Reports whether the data is within its limit of lag. */
export const handler = http(async (_request, service) => {
  const report = await recentReadiness(service.config.readyLagSeconds, service);
  return report.ready
    ? jsonReply(report, 200, { 'cache-control': `public, max-age=${readySeconds}` })
    : jsonReply(report, 503);
}, 'anyone');
