import type { SeriesQuery } from '../../lib/domain/ports/metric-history.ts';
import { metricsNamespace, serviceName } from '../../lib/runtime/metric-names.ts';
import { functionName, namePrefix, stateMachineName } from '../../lib/runtime/names.ts';
import { type Table, type TableName, tableName, tables } from '../../lib/store/tables.ts';
import type { Route } from '../manifest.ts';

export interface MetricOf {
  /** `AstakeLookup`, or that of an AWS service. */
  readonly namespace: string;
  readonly name: string;
  readonly statistic: SeriesQuery['statistic'];
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What an alarm looks at in each period. */
export type Figure =
  | { readonly kind: 'metric'; readonly metric: MetricOf }
  /** Those without a datum count as 0. */
  | { readonly kind: 'sum'; readonly metrics: readonly MetricOf[]; readonly less?: readonly MetricOf[] }
  /** In percent; 0 where there is no more than `moreThan` of the whole. */
  | {
      readonly kind: 'share';
      readonly of: readonly MetricOf[];
      readonly among: readonly MetricOf[];
      readonly moreThan: number;
    }
  /** What CloudWatch has learned to expect, `width` standard deviations wide: it needs two weeks, and has no threshold. */
  | { readonly kind: 'band'; readonly metric: MetricOf; readonly width: number };

/** What an environment is made of, as the descriptions of alarms and charts need it. */
export interface Watched {
  readonly environment: string;
  /** The prefix of the names of its tables. */
  readonly tables: string;
  /** The names of the configured nodes. */
  readonly nodes: readonly string[];
  /** The id of the HTTP API. */
  readonly apiId: string;
  /** What it may cost in a month; 0: that is not watched. */
  readonly monthlyDollars: number;
  /** The ARN of a state machine of the manifest. */
  readonly machineArn: (name: string) => string;
}

type OwnMetric = SeriesQuery['metric'];
type Statistic = SeriesQuery['statistic'];

/** A metric of the service itself, or of one of its nodes. */
export const own = (
  { environment }: Pick<Watched, 'environment'>,
  name: OwnMetric,
  statistic: Statistic = 'Sum',
  upstream?: string,
): MetricOf => ({
  namespace: metricsNamespace,
  name,
  statistic,
  dimensions: { service: serviceName, environment, ...(upstream !== undefined && { upstream }) },
});

export const ofAws = (
  service: string,
  name: string,
  statistic: Statistic,
  dimensions: Readonly<Record<string, string>> = {},
): MetricOf => ({ namespace: `AWS/${service}`, name, statistic, dimensions });

export const ofGateway = ({ apiId }: Watched, name: string, statistic: Statistic = 'Sum'): MetricOf =>
  ofAws('ApiGateway', name, statistic, { ApiId: apiId });

/** Of a route that the stage measures by itself. */
export const ofRoute = (
  { apiId }: Watched,
  { method, path }: Pick<Route, 'method' | 'path'>,
  name: string,
  statistic: Statistic,
): MetricOf =>
  ofAws('ApiGateway', name, statistic, { ApiId: apiId, Stage: '$default', Method: method, Resource: path });

export const ofFunction = (
  { environment }: Pick<Watched, 'environment'>,
  name: string,
  metric: string,
  statistic: Statistic,
): MetricOf => ofAws('Lambda', metric, statistic, { FunctionName: functionName(environment, name) });

/** How many messages wait in a queue for dead letters. */
export const ofQueue = ({ environment }: Pick<Watched, 'environment'>, name: string): MetricOf =>
  ofAws('SQS', 'ApproximateNumberOfMessagesVisible', 'Maximum', { QueueName: `${namePrefix(environment)}-${name}` });

/** How often the rule of a state machine's schedule could not start it. */
export const ofRule = ({ environment }: Pick<Watched, 'environment'>, machine: string): MetricOf =>
  ofAws('Events', 'FailedInvocations', 'Sum', { RuleName: stateMachineName(environment, machine) });

export const ofMachine = ({ machineArn }: Pick<Watched, 'machineArn'>, machine: string, metric: string): MetricOf =>
  ofAws('States', metric, 'Sum', { StateMachineArn: machineArn(machine) });

interface TablePlace {
  /** The table, and the index. */
  readonly label: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A table and each of its indexes: DynamoDB measures them apart. */
export function tableAndIndexes(table: TableName, { tables: prefix }: Pick<Watched, 'tables'>): TablePlace[] {
  const TableName = tableName(prefix, table);
  const { indexes = [] }: Table = tables[table];
  return [
    { label: table, dimensions: { TableName } },
    ...indexes.map(({ name }) => ({
      label: `${table} ${name}`,
      dimensions: { TableName, GlobalSecondaryIndexName: name },
    })),
  ];
}

/** Metric math: the sum of metrics, of which those without a datum count as 0. */
export const filledSum = (ids: readonly string[]): string => ids.map((id) => `FILL(${id}, 0)`).join(' + ');

export const metricsIn = (figure: Figure): readonly MetricOf[] => {
  if (figure.kind === 'sum') return [...figure.metrics, ...(figure.less ?? [])];
  return figure.kind === 'share' ? [...figure.of, ...figure.among] : [figure.metric];
};

export const answersIn = (watched: Watched): readonly MetricOf[] => [
  own(watched, 'AnswerFromCache'),
  own(watched, 'AnswerFromChain'),
  own(watched, 'AnswerFromDatabase'),
];
