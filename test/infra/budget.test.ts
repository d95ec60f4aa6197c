import { describe, expect, test } from '@jest/globals';
import { environmentNames, profiles } from '../../infra/environments.ts';
import { functionDefinition } from '../../infra/manifest.ts';
import { prices } from '../../infra/prices.ts';
import { allResourcesOf, appOf, idIn, resourcesOf, stackOf } from './template.ts';

const app = appOf();
const monitoringOf = (environment: string, of = app) => stackOf(of, environment, 'monitoring');
const alarmIn = (stack: ReturnType<typeof monitoringOf>) =>
  [...resourcesOf(stack, 'AWS::CloudWatch::Alarm').values()].find(({ Properties }) =>
    Properties.AlarmName.endsWith('-money'),
  )?.Properties;

describe.each(environmentNames)('the budget of %s', (environment) => {
  const stack = monitoringOf(environment);
  const topicOf = (address: unknown) =>
    resourcesOf(stack, 'AWS::SNS::Topic').get(idIn(address))?.Properties.TopicName.replace(/.*-/, '');

  test('counts what has the tag of the environment, and calls before it is used up', () => {
    const [budget, ...more] = [...resourcesOf(stack, 'AWS::Budgets::Budget').values()];
    expect(more).toEqual([]);
    expect(budget?.Properties.Budget).toEqual({
      BudgetName: `astake-lookup-${environment}`,
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: profiles[environment].budgetDollars, Unit: 'USD' },
      CostFilters: { TagKeyValue: [`user:environment$${environment}`] },
    });
    expect(stack.tags.tagValues()).toMatchObject({ environment });
    expect(
      budget?.Properties.NotificationsWithSubscribers.map(
        ({
          Notification,
          Subscribers,
        }: {
          Notification: Record<string, unknown>;
          Subscribers: { Address: unknown }[];
        }) => [
          Notification.NotificationType,
          Notification.Threshold,
          Subscribers.map(({ Address }) => topicOf(Address)),
        ],
      ),
    ).toEqual([
      ['ACTUAL', 80, ['tickets']],
      ['FORECASTED', 100, ['tickets']],
      ['ACTUAL', 100, ['pages']],
    ]);
  });

  test('may publish to both topics, for this account alone', () => {
    const policies = [...resourcesOf(stack, 'AWS::SNS::TopicPolicy').values()];
    expect(policies).toHaveLength(2);
    for (const { Properties } of policies)
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Action: 'sns:Publish',
          Principal: { Service: 'budgets.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      );
  });
});

test('another amount is given by ASTAKE_BUDGET; the alarm stands when writes alone would use it', () => {
  const stack = monitoringOf(
    'production',
    appOf({ ASTAKE_BUDGET: '{"production":4000}' }, { environment: 'production' }),
  );
  const [budget] = [...resourcesOf(stack, 'AWS::Budgets::Budget').values()];
  expect(budget?.Properties.Budget.BudgetLimit.Amount).toBe(4_000);
  const { Threshold } = alarmIn(stack);
  const dollarsAMonth = (Threshold * 730 * prices.dynamo.perMillionWrites) / 1e6;
  expect(dollarsAMonth).toBeCloseTo(4_000, 1);
});

test('the alarm looks at every table that a reader can make the service write', () => {
  const looked = alarmIn(monitoringOf('production')).Metrics.flatMap(
    ({ MetricStat }: { MetricStat?: { Metric: { Dimensions: { Value: string }[] } } }) =>
      (MetricStat?.Metric.Dimensions ?? []).map(({ Value }) => Value.replace('astake-lookup-production-', '')),
  );
  const isWritten = ([, uses]: [string, readonly string[]]) => uses.some((use) => use === 'put' || use === 'update');
  for (const name of ['get-entity', 'lookup'] as const)
    expect(looked).toEqual(
      expect.arrayContaining(
        Object.entries(functionDefinition(name).tables)
          .filter(isWritten)
          .map(([table]) => table),
      ),
    );
});

test('0 is no budget and no alarm of it', () => {
  const stack = monitoringOf('production', appOf({ ASTAKE_BUDGET: '{"production":0}' }, { environment: 'production' }));
  expect(Object.values(allResourcesOf(stack)).some(({ Type }) => Type === 'AWS::Budgets::Budget')).toBe(false);
  expect(alarmIn(stack)).toBeUndefined();
  expect(alarmIn(monitoringOf('production'))).toBeDefined();
});
