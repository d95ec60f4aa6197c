import { Duration, RemovalPolicy, type Stack, Validations } from 'aws-cdk-lib';
import { Schedule as Rate, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { machineName } from '../../lib/runtime/names.ts';
import { type Environment, environments } from '../environments.ts';
import {
  type FunctionName,
  functionsRunBy,
  type Schedule,
  type StateMachineName,
  stateMachines,
  statesOf,
} from '../manifest.ts';
import { executionsArn, machineArn } from './state-machine-arn.ts';

export interface ScheduledMachineProps {
  readonly environment: Environment;
  readonly schedule: Schedule;
  readonly deployed: Readonly<Record<FunctionName, IFunction>>;
}

/** A state machine of the manifest, started by a rule. It may run the functions that it names, and no other. */
export function scheduledMachine(stack: Stack, { environment, schedule, deployed }: ScheduledMachineProps): void {
  const { stateMachine: name, everyMinutes, startRetries } = schedule;
  const { type, definition } = stateMachines[name];
  const deployedAs = machineName(environment, name);
  const run = functionsRunBy(name);
  const logGroup = new LogGroup(stack, `${name}-logs`, {
    // Rights to deliver logs pile up in one policy of the account, which is bounded; this prefix needs none of its own.
    logGroupName: `/aws/vendedlogs/states/${deployedAs}`,
    retention: environments[environment].logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(stack, `${name}-role`, { assumedBy: new ServicePrincipal('states.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: run.map((each) => deployed[each].functionArn),
    }),
  );
  if (isDistributed(name)) mayRunItself(stack, { environment, name, role });
  const machine = new StateMachine(stack, name, {
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
    reason: 'Log deliveries and X-Ray know no resources: their actions allow only *.',
  });
  Validations.of(machine).acknowledge({
    id: 'AwsSolutions-SF1',
    reason: 'Each run would fill the logs with what went well. Failures are logged; each function logs what it does.',
  });
  // What could not be started before the next one is due is too late.
  const target = new SfnStateMachine(machine, {
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

/** Each item of a distributed map is an execution of its own, which the state machine starts, looks at and stops. */
function mayRunItself(stack: Stack, { environment, name, role }: Itself): void {
  for (const [actions, resource] of [
    [['states:StartExecution'], machineArn(stack, environment, name)],
    [['states:DescribeExecution', 'states:StopExecution'], executionsArn(stack, environment, name)],
  ] as const) {
    role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));
  }
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${machineName(environment, name)}:*]`,
    reason: 'They are its own executions, and nobody knows their names before they are started.',
  });
}
