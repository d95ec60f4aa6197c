import { Duration, type Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { metricsNamespace, serviceName } from '../../lib/runtime/metric-names.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import type { Environment } from '../environments.ts';

export interface MissedAlarmProps {
  readonly environment: Environment;
}

/**
 * Alarm on a missed change: the service claimed that a record was current, and it was not (rule CONFLICT-6). The goal is 0,
 * so one missed change raises the alarm. The alarm has no action: an operator attaches one.
 */
export function missedAlarm(stack: Stack, { environment }: MissedAlarmProps): void {
  new Alarm(stack, 'missed', {
    alarmName: `${namePrefix(environment)}-missed`,
    alarmDescription:
      'Reconciliation found records that the service claimed to be current and that had changed. See its report and the logs.',
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
