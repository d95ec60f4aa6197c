import * as z from 'zod/mini';
import { widgetSections } from '../../usecases/status/widget.ts';
import { component, described } from './described.ts';
import { count, flag, listOf, object, oneOf, orNull, string, timestamp } from './fields.ts';
import { always, guarded, noStore, type Operation } from './operation.ts';
import { metricMinutes } from './parameters.ts';

const widgetSchema = component(
  'Chart',
  'One chart: the console draws it, and the dashboard of CloudWatch has the same',
  z.strictObject({
    id: string('The name of the chart, for programs'),
    section: oneOf(widgetSections, 'The part of the service that it is about'),
    title: string('The heading'),
    unit: oneOf(['count', 'seconds', 'milliseconds', 'percent', 'blocks'], 'The unit of the values'),
    isStacked: z.optional(flag('The series are parts of a whole')),
    perNode: z.optional(flag('Each series is a node')),
    thresholds: z.optional(
      listOf(
        z.strictObject({
          value: described(z.number(), 'The threshold, in the unit of the chart'),
          side: oneOf(['above', 'below'], 'On which side of it something is wrong'),
          level: oneOf(['warn', 'bad'], 'How much that weighs'),
          means: string('What it means, in words'),
        }),
        'Where values begin to mean something',
      ),
    ),
    series: listOf(
      object(
        {
          label: string('The name of the series'),
          values: listOf(
            orNull(z.number(), 'The figure of a period; null: nothing was published'),
            'A value for each period, oldest first',
          ),
        },
        'A series',
      ),
      'The series',
    ),
  }),
);

const metricsSchema = component(
  'Metrics',
  'Figures over time',
  z.strictObject({
    source: oneOf(
      ['cloudwatch', 'process'],
      '`cloudwatch`: of all processes; `process`: of the one process of a local run, since its start',
    ),
    from: timestamp('When the first period began, ISO 8601 in UTC'),
    periodSeconds: count('The length of a period, in seconds; the last one is not over yet'),
    widgets: listOf(widgetSchema, 'The charts'),
  }),
);

export const metricOperations: readonly Operation[] = [
  {
    operationId: 'getMetrics',
    method: 'GET',
    path: '/v1/metrics',
    audience: 'auditor',
    function: 'get-metrics',
    tag: 'Status',
    summary: 'Get figures over time',
    description:
      'Returns every chart that operators look at, with its title, unit, thresholds and values. On AWS the values are those of CloudWatch, which come a minute or two late.',
    parameters: [metricMinutes],
    responses: {
      200: { description: 'The charts.', schema: metricsSchema },
      ...guarded,
      ...always,
      ...noStore,
    },
  },
];
