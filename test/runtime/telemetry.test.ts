import { afterEach, expect, jest, test } from '@jest/globals';
import type { Metric } from '../../lib/domain/ports/telemetry.ts';
import { createTelemetry } from '../../lib/runtime/telemetry.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test('a local run also logs that something works again, unless POWERTOOLS_LOG_LEVEL asks for less', () => {
  const lines: string[] = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  for (const level of ['', 'WARN']) {
    jest.replaceProperty(process, 'env', { ...process.env, ASTAKE_LOG: 'json', POWERTOOLS_LOG_LEVEL: level });
    createTelemetry('local').log.info('node recovered', { node: level });
  }
  expect(lines.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ level: 'INFO', node: '' })]);
});

/** The metrics of one invocation: a line of CloudWatch's embedded format for its own figures, and one for each node. */
function published(
  environment: string,
  invocation: (telemetry: ReturnType<typeof createTelemetry>) => void,
  clock?: Parameters<typeof createTelemetry>[1],
) {
  const lines: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const telemetry = createTelemetry(environment, clock);
  invocation(telemetry);
  telemetry.flush();
  jest.restoreAllMocks();
  return lines.flatMap((line) => line.trim().split('\n')).map((line) => JSON.parse(line));
}

test('each node is a dimension of its own, with its calls, failures and latencies', () => {
  const lines = published('dev', ({ metrics }) => {
    metrics.count('AnswerFromChain');
    metrics.upstream('one', 'UpstreamCalls', 1);
    metrics.upstream('one', 'UpstreamCalls', 1);
    metrics.upstream('one', 'UpstreamLatency', 12);
    metrics.upstream('one', 'UpstreamLatency', 30);
    metrics.upstream('two', 'UpstreamFailures', 1);
    metrics.upstream('two', 'BreakerOpened', 1);
  });
  expect(lines).toHaveLength(3);
  const of = (upstream: string | undefined) => lines.find((line) => line.upstream === upstream);
  expect(of('one')).toMatchObject({ environment: 'dev', UpstreamCalls: [1, 1], UpstreamLatency: [12, 30] });
  expect(of('two')).toMatchObject({ environment: 'dev', UpstreamFailures: 1, BreakerOpened: 1 });
  expect(of(undefined)).toMatchObject({ environment: 'dev', AnswerFromChain: 1 });
  const [{ Metrics, Dimensions }] = of('one')._aws.CloudWatchMetrics;
  expect(Metrics).toContainEqual({ Name: 'UpstreamLatency', Unit: 'Milliseconds' });
  expect(Dimensions).toEqual([expect.arrayContaining(['service', 'environment', 'upstream'])]);
});

test('an invocation that called no node publishes no metrics of nodes', () => {
  const lines = published('dev', (telemetry) => {
    telemetry.metrics.upstream('one', 'UpstreamCalls', 1);
    telemetry.flush();
    telemetry.metrics.count('AnswerFromCache');
  });
  expect(lines.map(({ upstream }) => upstream)).toEqual(['one', undefined]);
});

test('hits alone are published once a minute, with whatever else is counted before, and none is counted twice or left out', () => {
  let steady = 0;
  const counts: object[] = [];
  const lines = published(
    'dev',
    (telemetry) => {
      const request = (at: number, ...metrics: Metric[]) => {
        steady = at;
        for (const metric of metrics) telemetry.metrics.count(metric);
        telemetry.flush();
        counts.push(telemetry.counts());
      };
      request(0, 'AnswerFromCache');
      request(1_000, 'AnswerFromCache');
      request(59_999, 'AnswerFromCache');
      request(60_000, 'AnswerFromCache');
      request(61_000, 'AnswerFromCache');
      request(62_000, 'AnswerFromChain');
      request(121_999, 'AnswerFromCache');
      request(122_000);
    },
    { now: () => steady, steady: () => steady },
  );
  expect(lines.map(({ AnswerFromCache: hits, AnswerFromChain: chain }) => [hits, chain])).toEqual([
    [1, undefined],
    [3, undefined],
    [1, 1],
    [1, undefined],
  ]);
  expect(counts.map((of) => (of as Record<string, number>).AnswerFromCache)).toEqual([1, 2, 3, 4, 5, 5, 6, 6]);
});

test('a local run publishes nothing', () => {
  const lines = published('local', ({ metrics }) => {
    metrics.count('AnswerFromChain');
    metrics.upstream('one', 'UpstreamCalls', 1);
  });
  expect(lines).toEqual([]);
});

test('a gauge is published as it was last, is not summed, and is no count', () => {
  const counts: object[] = [];
  const [line] = published('dev', (telemetry) => {
    telemetry.metrics.gauge('SyncLagSeconds', 40);
    telemetry.metrics.gauge('SyncLagSeconds', 12);
    telemetry.metrics.count('SyncTick');
    telemetry.metrics.count('SyncTick');
    counts.push(telemetry.counts());
  });
  expect(line).toMatchObject({ SyncLagSeconds: 12, SyncTick: 2 });
  expect(line._aws.CloudWatchMetrics[0].Metrics).toContainEqual({ Name: 'SyncLagSeconds', Unit: 'Seconds' });
  expect(counts).toEqual([{ SyncTick: 2 }]);
});

test('a gauge that is not known again is not published again', () => {
  const lines = published('dev', (telemetry) => {
    telemetry.metrics.gauge('SyncLagSeconds', 40);
    telemetry.flush();
    telemetry.metrics.count('SyncTick');
  });
  expect(lines.map(({ SyncLagSeconds }) => SyncLagSeconds)).toEqual([40, undefined]);
});

test('what is measured is published value by value, so that percentiles can be had; of very many the latest', () => {
  const [line] = published('dev', ({ metrics }) => {
    metrics.measure('SyncMilliseconds', 40);
    metrics.measure('SyncMilliseconds', 12);
    for (let age = 0; age < 250; age += 1) metrics.measure('AnswerAgeSeconds', age);
  });
  expect(line.SyncMilliseconds).toEqual([40, 12]);
  expect(line.AnswerAgeSeconds).toEqual(Array.from({ length: 99 }, (_, at) => 151 + at));
  expect(line._aws.CloudWatchMetrics[0].Metrics).toContainEqual({ Name: 'SyncMilliseconds', Unit: 'Milliseconds' });
});
