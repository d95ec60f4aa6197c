import type { Stack } from 'aws-cdk-lib';
import { Alarm, CfnAlarm, type CfnAlarmProps, CfnCompositeAlarm, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { namePrefix } from '../../lib/runtime/names.ts';
import type { AlarmDescription, CompositeDescription, Level } from '../monitoring/alarm.ts';
import { type Figure, filledSum, type MetricOf, type Watched } from '../monitoring/figure.ts';

export interface AlarmsProps {
  readonly watched: Watched;
  readonly alarms: readonly AlarmDescription[];
  readonly composites: readonly CompositeDescription[];
  readonly topics: Readonly<Record<Level, ITopic>>;
}

/** The alarms of the description; gives those that call someone. An alarm that is part of another one calls no one by itself. */
export function createAlarms(stack: Stack, { watched, alarms, composites, topics }: AlarmsProps): IAlarm[] {
  const heard: IAlarm[] = [];
  const hear = (id: string, arn: string) => heard.push(Alarm.fromAlarmArn(stack, `${id}-shown`, arn));
  const parts = new Set(composites.flatMap(({ anyOf }) => anyOf.flat()));
  const arnOf = new Map<string, string>();
  for (const alarm of alarms) {
    const topic = topics[alarm.level].topicArn;
    const silent = parts.has(alarm.id) && alarm.id !== suppressor(composites);
    const made = new CfnAlarm(stack, alarm.id, {
      alarmName: alarmName(watched.environment, alarm.id),
      alarmDescription: describe(alarm),
      ...looksAt(alarm.figure, alarm),
      comparisonOperator: operators[alarm.breaches],
      ...(alarm.threshold !== undefined && { threshold: alarm.threshold }),
      datapointsToAlarm: alarm.periods[0],
      evaluationPeriods: alarm.periods[1],
      treatMissingData: alarm.missing ?? 'notBreaching',
      ...(alarm.ignoresFewSamples && { evaluateLowSampleCountPercentile: 'ignore' }),
      ...(!silent && { alarmActions: [topic], okActions: [topic] }),
    });
    arnOf.set(alarm.id, made.attrArn);
    if (!silent) hear(alarm.id, made.attrArn);
  }
  for (const composite of composites) {
    const topic = topics[composite.level].topicArn;
    const stands = (id: string) => `ALARM("${arnOf.get(id)}")`;
    const { suppressedBy } = composite;
    const made = new CfnCompositeAlarm(stack, composite.id, {
      alarmName: alarmName(watched.environment, composite.id),
      alarmDescription: describe(composite),
      alarmRule: composite.anyOf
        .map((all) => (all.length === 1 ? stands(String(all[0])) : `(${all.map(stands).join(' AND ')})`))
        .join(' OR '),
      alarmActions: [topic],
      okActions: [topic],
      ...(suppressedBy !== undefined && {
        actionsSuppressor: String(arnOf.get(suppressedBy)),
        // The nodes' alarm needs two minutes, and what follows from an outage ends later than the outage.
        actionsSuppressorWaitPeriod: 180,
        actionsSuppressorExtensionPeriod: 300,
      }),
    });
    hear(composite.id, made.attrArn);
  }
  return heard;
}

export const alarmName = (environment: string, id: string): string => `${namePrefix(environment)}-${id}`;

/** An alarm that silences others is heard itself. */
const suppressor = (composites: readonly CompositeDescription[]): string | undefined =>
  composites.find(({ suppressedBy }) => suppressedBy !== undefined)?.suppressedBy;

const describe = ({ means, runbook }: Pick<AlarmDescription, 'means' | 'runbook'>): string =>
  `${means} Runbook: docs/operations.md#${runbook}`;

const operators = {
  '>': 'GreaterThanThreshold',
  '>=': 'GreaterThanOrEqualToThreshold',
  '<': 'LessThanThreshold',
  'above its band': 'GreaterThanUpperThreshold',
  'outside its band': 'LessThanLowerOrGreaterThanUpperThreshold',
} as const satisfies Record<AlarmDescription['breaches'], string>;

type LooksAt = Omit<CfnAlarmProps, 'comparisonOperator' | 'evaluationPeriods'>;

function looksAt(figure: Figure, { periodSeconds }: AlarmDescription): LooksAt {
  const stat = (metric: MetricOf, id: string, isWatched = false): CfnAlarm.MetricDataQueryProperty => ({
    id,
    metricStat: {
      metric: { namespace: metric.namespace, metricName: metric.name, dimensions: dimensionsOf(metric) },
      period: periodSeconds,
      stat: metric.statistic,
    },
    returnData: isWatched,
  });
  const calculated = (expression: string, label: string) => ({ id: 'figure', expression, label, returnData: true });
  if (figure.kind === 'band') {
    const band = { id: 'band', expression: `ANOMALY_DETECTION_BAND(m0, ${figure.width})`, returnData: true };
    return { metrics: [stat(figure.metric, 'm0', true), band], thresholdMetricId: 'band' };
  }
  if (figure.kind === 'sum') {
    const { metrics, less = [] } = figure;
    const sum = filledSum(metrics.map((_, at) => `m${at}`));
    const difference = less.length === 0 ? sum : `${sum} - (${filledSum(less.map((_, at) => `l${at}`))})`;
    return {
      metrics: [
        calculated(difference, 'sum'),
        ...metrics.map((metric, at) => stat(metric, `m${at}`)),
        ...less.map((metric, at) => stat(metric, `l${at}`)),
      ],
    };
  }
  if (figure.kind === 'share') {
    const of = figure.of.map((_, at) => `p${at}`);
    const among = figure.among.map((_, at) => `w${at}`);
    const whole = filledSum(among);
    const share = `IF(${whole} > ${figure.moreThan}, 100 * (${filledSum(of)}) / (${whole}), 0)`;
    return {
      metrics: [
        calculated(share, 'percent'),
        ...figure.of.map((metric, at) => stat(metric, `p${at}`)),
        ...figure.among.map((metric, at) => stat(metric, `w${at}`)),
      ],
    };
  }
  const { metric } = figure;
  return {
    namespace: metric.namespace,
    metricName: metric.name,
    dimensions: dimensionsOf(metric),
    ...(metric.statistic.startsWith('p') ? { extendedStatistic: metric.statistic } : { statistic: metric.statistic }),
    period: periodSeconds,
  };
}

const dimensionsOf = ({ dimensions }: MetricOf) => Object.entries(dimensions).map(([name, value]) => ({ name, value }));
