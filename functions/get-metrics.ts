import { http } from '../lib/runtime/http.ts';
import { metricMinutesOf } from '../lib/runtime/metrics-request.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { readMetrics } from '../lib/usecases/status/read-metrics.ts';

/** Gets the figures of the charts over the last minutes. */
export const handler = http(async ({ query }, service) =>
  jsonReply(await readMetrics(metricMinutesOf(query), { ...service, metricHistory: service.telemetry.history })),
);
