import { afterEach, expect, jest, test } from '@jest/globals';
import { environmentNames } from '../../infra/environments.ts';
import { createTelemetry } from '../../lib/runtime/telemetry.ts';
import { appOf, resourcesOf, stackOf } from './template.ts';

const app = appOf();

afterEach(() => {
  jest.restoreAllMocks();
});

/** The metric as CloudWatch sees it: what an invocation writes when it finds a missed change. */
function published(environment: string) {
  const lines: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const telemetry = createTelemetry(environment);
  telemetry.metrics.count('Missed');
  telemetry.flush();
  jest.restoreAllMocks();
  const { _aws: head, Missed: value, ...values } = JSON.parse(lines.join(''));
  const [{ Namespace, Dimensions, Metrics }] = head.CloudWatchMetrics;
  const dimensions = (Dimensions[0] as string[]).map((Name) => ({ Name, Value: values[Name] }));
  return { sets: Dimensions.length, Namespace, Metrics, dimensions, value };
}

const byName = (a: { Name: string }, b: { Name: string }): number => a.Name.localeCompare(b.Name);

test.each(environmentNames)(
  'rule CONFLICT-6: a missed change in %s raises an alarm; missing data does not',
  (environment) => {
    const [alarm, ...others] = resourcesOf(stackOf(app, environment, 'service'), 'AWS::CloudWatch::Alarm').values();
    expect(others).toEqual([]);
    const { Dimensions, ...how } = alarm?.Properties ?? {};
    const { sets, Namespace, Metrics, dimensions, value } = published(environment);
    expect([sets, value, Metrics]).toEqual([1, 1, [{ Name: 'Missed', Unit: 'Count' }]]);
    expect([...Dimensions].sort(byName)).toEqual(dimensions.sort(byName));
    expect(how).toMatchObject({
      AlarmName: `astake-lookup-${environment}-missed`,
      Namespace,
      MetricName: 'Missed',
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
  },
);
