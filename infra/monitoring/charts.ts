import { assumptions } from '../assumptions.ts';
import { measuredRoutes } from '../manifest.ts';
import { prices } from '../prices.ts';
import type { Line, PlatformChart } from './chart.ts';
import { machineryCharts } from './charts-of-machinery.ts';
import { consumedOf, storeCharts } from './charts-of-store.ts';
import { answersIn, filledSum, type MetricOf, ofFunction, ofGateway, ofRoute, own, type Watched } from './figure.ts';

const day = 86_400;

/** Everything on the dashboard that the console does not show. */
export function chartsOf(watched: Watched): PlatformChart[] {
  return [
    ...now(watched),
    ...readers(watched),
    ...following(watched),
    ...storeCharts(watched),
    ...machineryCharts(watched),
  ];
}

function now(watched: Watched): PlatformChart[] {
  const lineOf = (metric: MetricOf, label: string): Line => ({ metric, label });
  return [
    {
      row: 'now',
      title: 'Lag',
      unit: 'seconds',
      ofSeconds: 60,
      lines: [lineOf(own(watched, 'SyncLagSeconds', 'Maximum'), 'behind the chain')],
    },
    {
      row: 'now',
      title: 'Hit rate, one hour',
      unit: 'percent',
      ofSeconds: 3_600,
      lines: answersIn(watched).map((metric) => lineOf(metric, metric.name)),
      expression: { of: '100 * FILL(m0, 0) / (FILL(m0, 0) + FILL(m1, 0) + FILL(m2, 0))', label: 'from the cache' },
    },
    {
      row: 'now',
      title: 'Coverage',
      unit: 'percent',
      ofSeconds: 7_200,
      lines: [lineOf(own(watched, 'CoveragePercent', 'Minimum'), 'compared within a day')],
    },
    {
      row: 'now',
      title: 'Conflicts',
      unit: 'count',
      ofSeconds: 300,
      lines: [lineOf(own(watched, 'ConflictsAwaitingReview', 'Maximum'), 'await a person')],
    },
    dollars(watched),
  ];
}

/** Dollars of a million requests, each with its invocation. */
const requestDollars =
  prices.httpApi.perMillion +
  prices.lambda.perMillionRequests +
  assumptions.hitMs.value * 1e3 * assumptions.memoryGb.value * prices.lambda.perGbSecond;

function dollars(watched: Watched): PlatformChart {
  const consumed = (name: string) => consumedOf(watched, name);
  const [reads, writes] = [consumed('ConsumedReadCapacityUnits'), consumed('ConsumedWriteCapacityUnits')];
  const lines = [{ metric: ofGateway(watched, 'Count'), label: 'requests' }, ...reads, ...writes];
  const sumOf = (from: number, count: number) => filledSum(Array.from({ length: count }, (_, at) => `m${from + at}`));
  return {
    row: 'now',
    title: 'Requests and tables, one day',
    unit: 'dollars',
    ofSeconds: day,
    lines,
    expression: {
      of: `(${requestDollars.toFixed(2)} * FILL(m0, 0) + ${prices.dynamo.perMillionReads} * (${sumOf(1, reads.length)}) + ${prices.dynamo.perMillionWrites} * (${sumOf(1 + reads.length, writes.length)})) / 1000000`,
      label: 'dollars',
    },
  };
}

function readers(watched: Watched): PlatformChart[] {
  const gateway = (name: string, statistic?: MetricOf['statistic'], label = name): Line => ({
    metric: ofGateway(watched, name, statistic),
    label,
  });
  const byRoute = (name: string, statistic: MetricOf['statistic']): Line[] =>
    measuredRoutes.map((route) => ({
      metric: ofRoute(watched, route, name, statistic),
      label: `${route.method} ${route.path.replace('/v1', '')}`,
    }));
  return [
    {
      row: 'readers',
      title: 'Requests and refusals of the API',
      unit: 'count',
      lines: [
        gateway('Count', 'Sum', 'requests'),
        gateway('4xx'),
        gateway('5xx'),
        { metric: own(watched, 'RequestLimited'), label: '429' },
      ],
    },
    {
      row: 'readers',
      title: 'Latency of the API',
      unit: 'milliseconds',
      lines: [gateway('Latency', 'p50', 'half are faster'), gateway('Latency', 'p99', '99 % are faster')],
    },
    {
      row: 'readers',
      title: 'Requests by route',
      unit: 'count',
      isStacked: true,
      lines: byRoute('Count', 'Sum'),
    },
    {
      row: 'readers',
      title: 'Latency by route, half are faster',
      unit: 'milliseconds',
      lines: byRoute('Latency', 'p50'),
    },
    {
      row: 'readers',
      title: 'Latency by route, 99 % are faster',
      unit: 'milliseconds',
      lines: byRoute('Latency', 'p99'),
    },
  ];
}

function following(watched: Watched): PlatformChart[] {
  return [
    {
      row: 'following',
      title: 'Duration of the function sync',
      unit: 'milliseconds',
      lines: (['p50', 'p99'] as const).map((statistic) => ({
        metric: ofFunction(watched, 'sync', 'Duration', statistic),
        label: statistic,
      })),
    },
  ];
}
