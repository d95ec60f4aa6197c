import type { MetricHistory } from '../lib/domain/ports/metric-history.ts';
import { http } from '../lib/runtime/http.ts';
import { createMetricsOnCloudWatch } from '../lib/runtime/metrics-on-cloudwatch.ts';
import { metricMinutesOf } from '../lib/runtime/metrics-request.ts';
import { jsonReply } from '../lib/runtime/reply.ts';
import { readMetrics } from '../lib/usecases/status/read-metrics.ts';

let onCloudWatch: MetricHistory | undefined;

/** The figures of all processes; the client is made once in a process. */
function kept(environment: string): MetricHistory {
  onCloudWatch ??= createMetricsOnCloudWatch(environment);
  return onCloudWatch;
}

/** Gets the figures of the charts over the last minutes. */
export const handler = http(async ({ query }, service) => {
  const { telemetry, config } = service;
  const metricHistory = telemetry.history ?? kept(config.environment);
  return jsonReply(await readMetrics(metricMinutesOf(query), { ...service, metricHistory }));
});
