import { afterEach, expect, jest, test } from '@jest/globals';
import { environmentNames, profiles } from '../../../infra/environments.ts';
import { alarmsOf, compositesOf } from '../../../infra/monitoring/alarms.ts';
import { metricsIn } from '../../../infra/monitoring/figure.ts';
import { createTelemetry } from '../../../lib/runtime/telemetry.ts';
import { appOf, idIn, resourcesOf, stackOf, written } from '../template.ts';
import { watched } from './watched.ts';

const app = appOf({ CASPER_RPC_URLS: 'https://one.example/rpc,https://two.example/rpc' });

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

const alarmsIn = (environment: string) =>
  new Map(
    [...resourcesOf(stackOf(app, environment, 'monitoring'), 'AWS::CloudWatch::Alarm').values()].map(
      ({ Properties }) => [Properties.AlarmName.replace(`astake-lookup-${environment}-`, ''), Properties],
    ),
  );

/** The topic that is sent the alarm, by its level. */
const calls = (environment: string, [action]: readonly unknown[]): string => {
  const topics = resourcesOf(stackOf(app, environment, 'monitoring'), 'AWS::SNS::Topic');
  return topics.get(idIn(action))?.Properties.TopicName.replace(`astake-lookup-${environment}-`, '');
};

test.each(environmentNames)(
  'rule CONFLICT-6: a missed change in %s raises an alarm; missing data does not',
  (environment) => {
    const { Dimensions, ...how } = alarmsIn(environment).get('missed');
    const { sets, Namespace, Metrics, dimensions, value } = published(environment);
    expect([sets, value, Metrics]).toEqual([1, 1, [{ Name: 'Missed', Unit: 'Count' }]]);
    expect([...Dimensions].sort(byName)).toEqual(dimensions.sort(byName));
    expect(how).toMatchObject({
      Namespace,
      MetricName: 'Missed',
      Statistic: 'Sum',
      Period: 300,
      DatapointsToAlarm: 1,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
  },
);

test.each(environmentNames)('%s has the alarms of the description, and each says what to do', (environment) => {
  const made = alarmsIn(environment);
  const wanted = alarmsOf(
    { ...watched, environment, nodes: ['one.example', 'two.example'] },
    profiles[environment].alarms,
  );
  expect([...made.keys()]).toEqual(wanted.map(({ id }) => id));
  for (const { id, means, runbook } of wanted) {
    expect(made.get(id).AlarmDescription).toBe(`${means} Runbook: docs/operations.md#${runbook}`);
  }
});

test('where an outage hurts no one outside, there are six alarms, and all of them page', () => {
  const few = alarmsOf(watched, 'few');
  expect(few.map(({ id }) => id).sort()).toEqual([
    'audit-broken',
    'dead-letters',
    'missed',
    'no-healthy-node',
    'sync-silent',
    'unavailable-to-many',
  ]);
  for (const [id, { AlarmActions }] of alarmsIn('dev')) expect([id, calls('dev', AlarmActions)]).toEqual([id, 'pages']);
});

test('each alarm calls by its level, except the parts of another one', () => {
  const parts = new Set(compositesOf(watched).flatMap(({ anyOf }) => anyOf.flat()));
  const made = alarmsIn('production');
  for (const { id, level } of alarmsOf(watched)) {
    const silent = parts.has(id) && id !== 'no-healthy-node';
    const actions = made.get(id.replace(/(one|two)$/, '$1.example')).AlarmActions;
    expect([id, actions === undefined ? undefined : calls('production', actions)]).toEqual([
      id,
      silent ? undefined : `${level}s`,
    ]);
  }
});

test('while no node is healthy, what follows from it calls no one', () => {
  const composites = [
    ...resourcesOf(stackOf(app, 'production', 'monitoring'), 'AWS::CloudWatch::CompositeAlarm').values(),
  ].map(({ Properties }) => Properties);
  const nameOf = (arn: unknown) =>
    resourcesOf(stackOf(app, 'production', 'monitoring'), 'AWS::CloudWatch::Alarm').get(idIn(arn))?.Properties
      .AlarmName;
  expect(
    composites.map(({ AlarmName, ActionsSuppressor }) => [AlarmName, ActionsSuppressor && nameOf(ActionsSuppressor)]),
  ).toEqual([
    ['astake-lookup-production-readers-are-hurt', undefined],
    ['astake-lookup-production-truth-is-at-risk', undefined],
    ['astake-lookup-production-sync-is-late', 'astake-lookup-production-no-healthy-node'],
    ['astake-lookup-production-nodes-limp', 'astake-lookup-production-no-healthy-node'],
  ]);
  expect(written(composites[0].AlarmRule)).toMatch(
    /^ALARM\("\$\{unavailable\.Arn\}"\) OR ALARM\("\$\{slow\.Arn\}"\) OR \(ALARM\("\$\{fallbackshare\.Arn\}"\) AND ALARM\("\$\{nohealthynode\.Arn\}"\)\) OR ALARM\("\$\{functionsthrottled\.Arn\}"\)$/,
  );
});

test('names are used once; an expression has at most ten metrics; a window is at most a day', () => {
  const all = alarmsOf(watched);
  const names = [...all, ...compositesOf(watched)].map(({ id }) => id);
  expect(new Set(names).size).toBe(names.length);
  for (const { id, figure, periodSeconds, periods } of all) {
    expect([id, metricsIn(figure).length <= 10, periodSeconds * periods[1] <= 86_400]).toEqual([id, true, true]);
  }
  const parts = compositesOf(watched).flatMap(({ anyOf }) => anyOf.flat());
  expect(parts.filter((id) => !all.some((alarm) => alarm.id === id))).toEqual([]);
});

test.each(environmentNames)(
  'only alarms of this environment and account are sent to the topics of %s',
  (environment) => {
    const policies = resourcesOf(stackOf(app, environment, 'monitoring'), 'AWS::SNS::TopicPolicy');
    expect(policies.size).toBe(2);
    for (const { Properties } of policies.values()) {
      const allowed = Properties.PolicyDocument.Statement.filter(
        ({ Effect }: { Effect: string }) => Effect === 'Allow',
      );
      expect(allowed[0].Principal).toEqual({ Service: 'cloudwatch.amazonaws.com' });
      for (const { Action, Condition } of allowed)
        expect([Action, Condition.StringEquals]).toEqual([
          'sns:Publish',
          { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        ]);
      expect(written(allowed[0].Condition.ArnLike['aws:SourceArn'])).toMatch(
        new RegExp(`:cloudwatch:.*:alarm:astake-lookup-${environment}-\\*$`),
      );
    }
  },
);
