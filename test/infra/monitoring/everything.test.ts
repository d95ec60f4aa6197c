import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { functionNames, schedules, streams } from '../../../infra/manifest.ts';
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

/** The names of the metrics that have all these dimensions. */
const of = (metrics: readonly MetricOf[], wanted: Readonly<Record<string, string | undefined>>): string[] => [
  ...new Set(
    metrics
      .filter(({ dimensions }) => Object.entries(wanted).every(([name, value]) => dimensions[name] === value))
      .map(({ name }) => name),
  ),
];

const parts: readonly (readonly [string, Readonly<Record<string, string | undefined>>, readonly string[]])[] = [
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
  ...watched.nodes.map(
    (upstream) => [`the node ${upstream}`, { upstream }, ['UpstreamCalls', 'UpstreamFailures']] as const,
  ),
];

describe('everything that is deployed has its charts and alarms', () => {
  test.each(parts)('%s', (_, dimensions, wanted) => {
    expect([of(charted, dimensions), of(alarmed, dimensions)]).toEqual([
      expect.arrayContaining([...wanted]),
      expect.arrayContaining([...wanted]),
    ]);
  });
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
