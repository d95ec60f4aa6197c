import { Duration, RemovalPolicy, type Stack, Validations } from 'aws-cdk-lib';
import { Schedule as Rate, Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { namePrefix } from '../../lib/runtime/names.ts';
import { type Environment, environments } from '../environments.ts';
import { type FunctionName, functionsRunBy, type Schedule, stateMachines } from '../manifest.ts';

export interface ScheduledMachineProps {
  readonly environment: Environment;
  readonly schedule: Schedule;
  readonly deployed: Readonly<Record<FunctionName, IFunction>>;
}

/** An Express state machine of the manifest, started by a rule. It may run the functions that it names, and no other. */
export function scheduledMachine(stack: Stack, { environment, schedule, deployed }: ScheduledMachineProps): void {
  const { stateMachine: name, everyMinutes } = schedule;
  const machineName = `${namePrefix(environment)}-${name}`;
  const run = functionsRunBy(name);
  const logGroup = new LogGroup(stack, `${name}-logs`, {
    // Rights to deliver logs pile up in one policy of the account, which is bounded; this prefix needs none of its own.
    logGroupName: `/aws/vendedlogs/states/${machineName}`,
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
  const machine = new StateMachine(stack, name, {
    stateMachineName: machineName,
    stateMachineType: StateMachineType.EXPRESS,
    definitionBody: DefinitionBody.fromString(JSON.stringify(stateMachines[name])),
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
    reason:
      'A run each minute would fill the logs with what went well. Failures are logged; each function logs what it does.',
  });
  // What could not be started is too late by the time of a second attempt: the next minute starts anew.
  const target = new SfnStateMachine(machine, { retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  new Rule(stack, `${name}-schedule`, {
    ruleName: machineName,
    schedule: Rate.rate(Duration.minutes(everyMinutes)),
    targets: [target],
  });
}
