import { Duration, type Stack, Validations } from 'aws-cdk-lib';
import { Schedule as Rate, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { stateMachineName } from '../../lib/runtime/names.ts';
import type { Environment } from '../environments.ts';
import { type FunctionName, functionsRunBy, type Schedule, stateMachines } from '../manifest.ts';
import { machineLogs } from './log-groups.ts';

export interface ScheduledStateMachineProps {
  readonly environment: Environment;
  readonly schedule: Schedule;
  readonly deployed: Readonly<Record<FunctionName, Alias>>;
}

/** A state machine of the manifest, started by a rule. It may invoke only the functions that its definition names. */
export function scheduledStateMachine(
  stack: Stack,
  { environment, schedule, deployed }: ScheduledStateMachineProps,
): void {
  const { stateMachine: name, everyMinutes, startRetries } = schedule;
  const { type, definition } = stateMachines[name];
  const deployedAs = stateMachineName(environment, name);
  const run = functionsRunBy(name);
  const logGroup = LogGroup.fromLogGroupName(stack, `${name}-logs`, machineLogs(environment, name));
  const role = new Role(stack, `${name}-role`, { assumedBy: new ServicePrincipal('states.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: run.map((each) => deployed[each].functionArn),
    }),
  );
  const stateMachine = new StateMachine(stack, name, {
    stateMachineName: deployedAs,
    stateMachineType: StateMachineType[type],
    definitionBody: DefinitionBody.fromString(JSON.stringify(definition)),
    definitionSubstitutions: Object.fromEntries(run.map((each) => [each, deployed[each].functionArn])),
    role,
    logs: { destination: logGroup, level: LogLevel.ERROR, includeExecutionData: false },
    tracingEnabled: true,
  });
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'The actions for log delivery and X-Ray support no resource: they allow only *.',
  });
  Validations.of(stateMachine).acknowledge({
    id: 'AwsSolutions-SF1',
    reason:
      'Logging every event would fill the logs with successes. Failures are logged, and each function logs its own work.',
  });
  // A start that fails until the next start is due is dropped, and counted (the alarm schedule-dead). A dead-letter queue would keep nothing: the
  // input is empty, and the next start does the same work.
  const target = new SfnStateMachine(stateMachine, {
    input: RuleTargetInput.fromObject({}),
    retryAttempts: startRetries,
    maxEventAge: Duration.minutes(everyMinutes),
  });
  new Rule(stack, `${name}-schedule`, {
    ruleName: deployedAs,
    schedule: Rate.rate(Duration.minutes(everyMinutes)),
    targets: [target],
  });
}
