import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type ILogGroup, LogGroup, LogGroupClass, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { functionName, namePrefix, stateMachineName } from '../../lib/runtime/names.ts';
import type { Environment, Settings } from '../environments.ts';
import { functionNames, stateMachineNames } from '../manifest.ts';
import { removalPolicyOf } from './removal-policy.ts';

export const functionLogs = (environment: Environment, name: string): string =>
  `/aws/lambda/${functionName(environment, name)}`;

/** Log delivery permissions share one account policy of limited size. Log groups with this prefix need no entry in it. */
const vended = '/aws/vendedlogs';

export const machineLogs = (environment: Environment, name: string): string =>
  `${vended}/states/${stateMachineName(environment, name)}`;

export const accessLogs = (environment: Environment): string => `${vended}/apigateway/${namePrefix(environment)}`;

/** All log groups of an environment. Those that write to them name them, so that a stack that is deleted takes no log along. */
export function logGroups(stack: Stack, environment: Environment, settings: Settings): void {
  const removalPolicy = removalPolicyOf(settings);
  for (const [id, logGroupName] of [
    ...functionNames.map((name) => [`${name}-logs`, functionLogs(environment, name)] as const),
    ...stateMachineNames.map((name) => [`${name}-machine-logs`, machineLogs(environment, name)] as const),
  ])
    new LogGroup(stack, id, { logGroupName, retention: settings.logRetentionDays, removalPolicy });
  // With the callers of requests: kept for a week, and apart from all logs that are kept longer.
  new LogGroup(stack, 'api-logs', {
    logGroupName: accessLogs(environment),
    retention: RetentionDays.ONE_WEEK,
    // Half the price for a line of each request (docs/cost.md); Logs Insights searches it all the same.
    logGroupClass: LogGroupClass.INFREQUENT_ACCESS,
    removalPolicy,
  });
}

/** CDK's default managed policy would let a function write to every log group of the account: it is not attached. */
export const writesTo = (logGroup: ILogGroup): PolicyStatement =>
  new PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  });
