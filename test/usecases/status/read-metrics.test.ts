import { expect, test } from '@jest/globals';
import { createMetricsInProcess } from '../../../lib/runtime/metrics-in-process.ts';
import { readMetrics } from '../../../lib/usecases/status/read-metrics.ts';
import { widgets } from '../../../lib/usecases/status/widgets.ts';

const minute = 60_000;
const begin = Date.UTC(2026, 10, 1, 12, 0);

function world(nodes: readonly string[] = ['one', 'two']) {
  let now = begin;
  const clock = { now: () => now, steady: () => now };
  const metricHistory = createMetricsInProcess(clock);
  const service = { clock, metricHistory, chain: { report: () => nodes.map((name) => ({ name })) } };
  return {
    metricHistory,
    pass: (ms: number) => {
      now += ms;
    },
    read: (minutes: number) => readMetrics(minutes, service as never),
    async valuesOf(id: string, minutes: number) {
      const { widgets: charts } = await readMetrics(minutes, service as never);
      return charts.find((chart) => chart.id === id)?.series;
    },
  };
}

test('what is counted is summed by the minute, and is 0 where nothing was', async () => {
  const { metricHistory, pass, valuesOf } = world();
  metricHistory.note('AnswerFromCache', 1);
  metricHistory.note('AnswerFromCache', 2);
  pass(2 * minute);
  metricHistory.note('AnswerFromCache', 5);
  expect(await valuesOf('answers', 4)).toEqual([
    { label: 'cache', values: [0, 3, 0, 5] },
    { label: 'chain', values: [0, 0, 0, 0] },
    { label: 'database', values: [0, 0, 0, 0] },
  ]);
});

test('what is measured is not known where nothing was published', async () => {
  const { metricHistory, pass, valuesOf } = world();
  metricHistory.note('SyncLagSeconds', 4);
  metricHistory.note('SyncLagSeconds', 9);
  metricHistory.note('SyncLagSeconds', 2);
  pass(minute);
  expect(await valuesOf('sync-lag', 2)).toEqual([{ label: 'lag', values: [9, null] }]);
});

test('each node is a series of its own, with its latency of 95 % of the calls', async () => {
  const { metricHistory, valuesOf } = world();
  for (let call = 1; call <= 20; call += 1) metricHistory.note('UpstreamLatency', call * 10, 'one');
  metricHistory.note('UpstreamLatency', 7, 'two');
  metricHistory.note('UpstreamLatency', 1_000, 'gone');
  expect(await valuesOf('node-latency', 1)).toEqual([
    { label: 'one', values: [190] },
    { label: 'two', values: [7] },
  ]);
});

test('a day has no more values than a chart is wide, and loses nothing', async () => {
  const { metricHistory, pass, read } = world();
  for (let at = 0; at < 1_439; at += 1) {
    metricHistory.note('SyncTick', 2);
    metricHistory.note('SyncLagSeconds', at);
    pass(minute);
  }
  const { periodSeconds, from, widgets: charts } = await read(1_440);
  const ticks = charts.find(({ id }) => id === 'sync-work')?.series[0]?.values ?? [];
  const lag = charts.find(({ id }) => id === 'sync-lag')?.series[0]?.values ?? [];
  expect({ periodSeconds, periods: ticks.length }).toEqual({ periodSeconds: 480, periods: 180 });
  expect(ticks.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBe(2 * 1_439);
  expect(Math.max(...lag.map((value) => value ?? 0))).toBe(1_438);
  expect(Date.parse(from) % (480 * 1_000)).toBe(0);
});

test('a clock that is set back loses nothing', async () => {
  const { metricHistory, pass, valuesOf } = world();
  metricHistory.note('SyncCalls', 1);
  pass(-3 * minute);
  metricHistory.note('SyncCalls', 1);
  pass(3 * minute);
  expect(await valuesOf('sync-calls', 2)).toEqual([{ label: 'calls', values: [0, 2] }]);
});

test('each chart has a name of its own, and something to show', () => {
  expect(new Set(widgets.map(({ id }) => id)).size).toBe(widgets.length);
  for (const { series, perNode } of widgets) {
    expect(series.length).toBeGreaterThan(0);
    if (perNode) expect(series).toHaveLength(1);
  }
});
