import type { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { namePrefix } from '../../lib/runtime/names.ts';
import type { Environment } from '../environments.ts';
import type { Level } from '../monitoring/alarm.ts';

export interface BudgetProps {
  readonly environment: Environment;
  readonly dollars: number;
  readonly topics: Readonly<Record<Level, ITopic>>;
}

/** What the environment costs, by the tag that all its resources have: it counts from when the tag is active for billing. */
export function budget(stack: Stack, { environment, dollars, topics }: BudgetProps): void {
  const notice = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number, level: Level) => ({
    notification: {
      notificationType,
      threshold,
      thresholdType: 'PERCENTAGE',
      comparisonOperator: 'GREATER_THAN',
    },
    subscribers: [{ subscriptionType: 'SNS', address: topics[level].topicArn }],
  });
  new CfnBudget(stack, 'budget', {
    budget: {
      budgetName: namePrefix(environment),
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: dollars, unit: 'USD' },
      costFilters: { TagKeyValue: [`user:environment$${environment}`] },
    },
    notificationsWithSubscribers: [
      notice('ACTUAL', 80, 'ticket'),
      notice('FORECASTED', 100, 'ticket'),
      notice('ACTUAL', 100, 'page'),
    ],
  });
}
