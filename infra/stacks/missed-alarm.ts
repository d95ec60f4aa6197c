import { Duration, type Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { metricsNamespace, serviceName } from '../../lib/runtime/metric-names.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import type { Environment } from '../environments.ts';

export interface MissedAlarmProps {
  readonly environment: Environment;
}

/**
 * A record of which our claim was false: a change that sync has missed. The goal is none, so one alone raises it. It tells
 * nobody by itself.
 */
export function missedAlarm(stack: Stack, { environment }: MissedAlarmProps): void {
  new Alarm(stack, 'missed', {
    alarmName: `${namePrefix(environment)}-missed`,
    alarmDescription: 'Reconciliation has found records of which our claim was false. See its report and the logs.',
    metric: new Metric({
      namespace: metricsNamespace,
      metricName: 'Missed',
      dimensionsMap: { service: serviceName, environment },
      statistic: Stats.SUM,
      period: Duration.minutes(5),
    }),
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    threshold: 0,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
