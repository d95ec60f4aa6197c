import { type Stack, Validations } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type ILambdaDeploymentConfig,
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { functionName, namePrefix } from '../../lib/runtime/names.ts';
import type { Environment } from '../environments.ts';
import { type FunctionName, functionNames, type Shift, shiftOf } from '../manifest.ts';
import { rollBackAlarms } from '../monitoring/roll-back.ts';
import { alarmName } from './alarms.ts';

interface RolloutProps {
  readonly environment: Environment;
  readonly live: Readonly<Record<FunctionName, Alias>>;
}

/**
 * CodeDeploy moves the aliases, function by function, and moves them back when an alarm stands. The alarms are named: their stack comes
 * after this one, and can be made again.
 */
export function gradualRollout(stack: Stack, { environment, live }: RolloutProps): void {
  const application = new LambdaApplication(stack, 'rollout', { applicationName: namePrefix(environment) });
  const role = new Role(stack, 'rollout-role', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
    reason:
      'AWS keeps it to what CodeDeploy needs to move aliases and to read alarms. Only CodeDeploy can take the role.',
  });
  const alarms = rollBackAlarms.map((id) => Alarm.fromAlarmName(stack, `rollout-${id}`, alarmName(environment, id)));
  for (const name of functionNames)
    new LambdaDeploymentGroup(stack, `${name}-rollout`, {
      application,
      role,
      alarms,
      alias: live[name],
      deploymentGroupName: functionName(environment, name),
      deploymentConfig: configs[shiftOf(name)],
      autoRollback: { deploymentInAlarm: true, failedDeployment: true, stoppedDeployment: true },
    });
}

const configs: Record<Shift, ILambdaDeploymentConfig> = {
  linear: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
  'at-once': LambdaDeploymentConfig.ALL_AT_ONCE,
};
