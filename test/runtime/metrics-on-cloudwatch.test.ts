import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { StoreUnavailable } from '../../lib/domain/errors.ts';
import { createMetricsOnCloudWatch } from '../../lib/runtime/metrics-on-cloudwatch.ts';

// No engine on this machine keeps metrics.
const cloudWatch = mockClient(CloudWatchClient);
afterEach(() => void cloudWatch.reset());

const from = Date.UTC(2026, 10, 1, 12, 0);
const span = { from, until: from + 3 * 60_000, periodSeconds: 60 };
const at = (minute: number) => new Date(from + minute * 60_000);

test('values come in the order of the queries, from all pages, and null where there are none', async () => {
  cloudWatch
    .on(GetMetricDataCommand)
    .resolvesOnce({ MetricDataResults: [{ Id: 'm1', Timestamps: [at(2), at(0)], Values: [7, 5] }], NextToken: 'more' })
    .resolvesOnce({ MetricDataResults: [{ Id: 'm0', Timestamps: [at(1)], Values: [3] }] });
  const values = await createMetricsOnCloudWatch('dev').read(
    [
      { metric: 'SyncTick', statistic: 'Sum' },
      { metric: 'UpstreamHeight', statistic: 'Maximum', upstream: 'one' },
    ],
    span,
  );
  expect(values).toEqual([
    [null, 3, null],
    [5, null, 7],
  ]);
  const { MetricDataQueries, StartTime, EndTime } = cloudWatch.call(0).args[0].input as GetMetricDataCommand['input'];
  expect([StartTime, EndTime]).toEqual([at(0), at(3)]);
  expect(MetricDataQueries?.[1]?.MetricStat).toEqual({
    Metric: {
      Namespace: 'AstakeLookup',
      MetricName: 'UpstreamHeight',
      Dimensions: [
        { Name: 'service', Value: 'astake-lookup' },
        { Name: 'environment', Value: 'dev' },
        { Name: 'upstream', Value: 'one' },
      ],
    },
    Period: 60,
    Stat: 'Maximum',
  });
});

test('more queries than one request takes are split', async () => {
  cloudWatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [] });
  const queries = Array.from({ length: 501 }, () => ({ metric: 'SyncTick', statistic: 'Sum' }) as const);
  expect(await createMetricsOnCloudWatch('dev').read(queries, span)).toHaveLength(501);
  expect(
    cloudWatch.commandCalls(GetMetricDataCommand).map(({ args }) => args[0].input.MetricDataQueries?.length),
  ).toEqual([500, 1]);
});

test('a refusal is a typed error', async () => {
  cloudWatch.on(GetMetricDataCommand).rejects(new Error('AccessDenied'));
  await expect(createMetricsOnCloudWatch('dev').read([], span)).resolves.toEqual([]);
  await expect(
    createMetricsOnCloudWatch('dev').read([{ metric: 'SyncTick', statistic: 'Sum' }], span),
  ).rejects.toBeInstanceOf(StoreUnavailable);
});
