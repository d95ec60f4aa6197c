import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { functionNames, measuredRoutes, type Route, routes, schedules, streams } from '../../../infra/manifest.ts';
import { alarmsOf } from '../../../infra/monitoring/alarms.ts';
import { chartsOf } from '../../../infra/monitoring/charts.ts';
import { type MetricOf, metricsIn } from '../../../infra/monitoring/figure.ts';
import { savedQueries } from '../../../infra/monitoring/saved-queries.ts';
import { type Table, tableNames, tables } from '../../../lib/store/tables.ts';
import { widgets } from '../../../lib/usecases/status/widgets.ts';
import { watched } from './watched.ts';

const prefix = 'astake-lookup-production';
const alarmed = alarmsOf(watched).flatMap(({ figure }) => metricsIn(figure));
const charted = [
  ...chartsOf(watched).flatMap(({ lines }) => lines.map(({ metric }) => metric)),
  ...widgets
    .filter(({ perNode }) => perNode)
    .flatMap(({ series }) =>
      watched.nodes.flatMap((upstream) =>
        series.map(
          (one): MetricOf => ({
            namespace: 'AstakeLookup',
            name: one.metric,
            statistic: one.statistic,
            dimensions: { upstream },
          }),
        ),
      ),
    ),
];

type Dimensions = Readonly<Record<string, string | undefined>>;

const isOf =
  (wanted: Dimensions) =>
  ({ dimensions }: MetricOf): boolean =>
    Object.entries(wanted).every(([name, value]) => dimensions[name] === value);

/** Each part of a deployment, and what has to be both on the dashboard and in an alarm. */
const parts: readonly (readonly [name: string, Dimensions, readonly string[]])[] = [
  ...functionNames.map((name) => [`the function ${name}`, { FunctionName: `${prefix}-${name}` }, ['Errors']] as const),
  ...tableNames.flatMap((name) => {
    const TableName = `${prefix}-${name}`;
    const throttles = ['ReadThrottleEvents', 'WriteThrottleEvents'];
    const { indexes = [] }: Table = tables[name];
    return [
      [`the table ${name}`, { TableName, GlobalSecondaryIndexName: undefined }, throttles] as const,
      ...indexes.map(
        ({ name: index }) =>
          [`the index ${index} of ${name}`, { TableName, GlobalSecondaryIndexName: index }, throttles] as const,
      ),
    ];
  }),
  ...streams.flatMap(
    ({ table, function: name, deadLetters }) =>
      [
        [`the stream of ${table}`, { FunctionName: `${prefix}-${name}` }, ['IteratorAge']],
        [`the queue ${deadLetters}`, { QueueName: `${prefix}-${deadLetters}` }, ['ApproximateNumberOfMessagesVisible']],
      ] as const,
  ),
  ...schedules.flatMap(
    ({ stateMachine }) =>
      [
        [`the schedule of ${stateMachine}`, { RuleName: `${prefix}-${stateMachine}` }, ['FailedInvocations']],
        [
          `the state machine ${stateMachine}`,
          { StateMachineArn: watched.machineArn(stateMachine) },
          ['ExecutionsFailed'],
        ],
      ] as const,
  ),
  ...measuredRoutes
    .filter(({ function: name }) => name === 'get-entity')
    .map(
      ({ method, path }) => [`the route ${method} ${path}`, { Method: method, Resource: path }, ['Latency']] as const,
    ),
  ...watched.nodes.map(
    (upstream) => [`the node ${upstream}`, { upstream }, ['UpstreamCalls', 'UpstreamFailures']] as const,
  ),
];

/** The parts that a chart or an alarm is missing of. */
const unwatched = (charts: readonly MetricOf[], alarms: readonly MetricOf[]): string[] =>
  parts
    .filter(([, dimensions, wanted]) =>
      [charts, alarms].some((metrics) => {
        const names = metrics.filter(isOf(dimensions)).map(({ name }) => name);
        return wanted.some((name) => !names.includes(name));
      }),
    )
    .map(([name]) => name);

test('everything that is deployed has its charts and alarms', () => {
  expect(unwatched(charted, alarmed)).toEqual([]);
});

test.each(parts)('%s: without its chart, or its alarm, it is named', (name, dimensions, [metric]) => {
  const without = (metrics: readonly MetricOf[]) =>
    metrics.filter((one) => one.name !== metric || !isOf(dimensions)(one));
  expect([unwatched(without(charted), alarmed), unwatched(charted, without(alarmed))]).toEqual([[name], [name]]);
});

test('each route that is measured by itself is on the dashboard', () => {
  const names = ({ method, path }: Route) =>
    charted.filter(isOf({ Method: method, Resource: path })).map(({ name, statistic }) => `${name} ${statistic}`);
  expect(measuredRoutes.length).toBeGreaterThan(10);
  for (const route of measuredRoutes)
    expect([route.path, ...names(route)]).toEqual([route.path, 'Count Sum', 'Latency p50', 'Latency p99']);
});

/** What other figures on it say already, and, of calls of a run, its report. */
const notOnTheDashboard = ['BreakerClosed', 'ReconciledCalls', 'StoreRecovered', 'SyncRecovered'];

test('each metric of the service is on the dashboard', () => {
  const source = readFileSync(join(import.meta.dirname, '../../../lib/domain/ports/telemetry.ts'), 'utf8');
  const names = [...source.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, name = '']) => name);
  const shown = new Set<string>([
    ...charted.map(({ name }) => name),
    ...widgets.flatMap(({ series }) => series.map(({ metric }) => metric)),
  ]);
  expect(names.length).toBeGreaterThan(80);
  expect(names.filter((name) => !shown.has(name)).sort()).toEqual(notOnTheDashboard);
});

test('saved queries look for messages that the code writes', () => {
  const lib = join(import.meta.dirname, '../../../lib');
  const code = readdirSync(lib, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(lib, name), 'utf8'))
    .join('');
  const messages = savedQueries.flatMap(({ query }) =>
    [...query.matchAll(/message (?:= |in \[)([^\]\n]+)/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/"([^"]+)"/g)].map(([, message = '']) => message),
    ),
  );
  expect(messages.length).toBeGreaterThan(3);
  expect(messages.filter((message) => !code.includes(`'${message}'`))).toEqual([]);
});

test('the query of the slowest requests reads the access log: each field is in its format, each route is one of the service', () => {
  const format = readFileSync(join(import.meta.dirname, '../../../infra/stacks/access-log.ts'), 'utf8');
  const logged = [...format.matchAll(/^ {4}(\w+): '\$context/gm)].map(([, field = '']) => field);
  const queries = savedQueries.filter(({ logs }) => logs === 'access').map(({ query }) => query);
  expect(queries).toHaveLength(1);
  const [query = ''] = queries;
  const [, listed = ''] = /\| fields @timestamp, (.*)/.exec(query) ?? [];
  const fields = listed.split(', ').map((field) => field.split(' ')[0] ?? '');
  expect(fields.filter((field) => !logged.includes(field))).toEqual([]);
  const keys = routes.map(({ method, path }) => `${method} ${path}`);
  const named = [...query.matchAll(/"([^"]+)"/g)].map(([, key = '']) => key);
  expect(named.filter((key) => !keys.includes(key))).toEqual([]);
});

test('no query looks for lines that Lambda does not write in JSON, or not in production', () => {
  expect(savedQueries.filter(({ query }) => /@type|@duration|@initDuration/.test(query))).toEqual([]);
});
