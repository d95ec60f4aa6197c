import { Duration, type Stack, Validations } from 'aws-cdk-lib';
import { Schedule as Rate, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { stateMachineName } from '../../lib/runtime/names.ts';
import type { Environment } from '../environments.ts';
import {
  type FunctionName,
  functionsRunBy,
  type Schedule,
  type StateMachineName,
  stateMachines,
  statesOf,
} from '../manifest.ts';
import { accountIn } from './account-in.ts';
import { machineLogs } from './log-groups.ts';
import { executionsArn, stateMachineArn } from './state-machine-arn.ts';

export interface ScheduledStateMachineProps {
  readonly environment: Environment;
  readonly schedule: Schedule;
  readonly deployed: Readonly<Record<FunctionName, IFunction>>;
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
  if (isDistributed(name)) mayRunItself(stack, { environment, name, role });
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
  // A start that fails until the next start is due is dropped.
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

const isDistributed = (name: StateMachineName): boolean =>
  statesOf(stateMachines[name].definition).some(
    ([, { ItemProcessor }]) => ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED',
  );

interface Itself {
  readonly environment: Environment;
  readonly name: StateMachineName;
  readonly role: Role;
}

/** Each item of a distributed map is a child execution, which the state machine starts, describes and stops. */
function mayRunItself(stack: Stack, { environment, name, role }: Itself): void {
  for (const [actions, resource] of [
    [['states:StartExecution'], stateMachineArn(stack, environment, name)],
    [['states:DescribeExecution', 'states:StopExecution'], executionsArn(stack, environment, name)],
  ] as const) {
    role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));
  }
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:${accountIn(stack)}:execution:${stateMachineName(environment, name)}:*]`,
    reason: 'These are child executions of the same state machine. Their names are generated at run time.',
  });
}
