import { describe, expect, test } from '@jest/globals';
import validate from 'asl-validator';
import { environmentNames } from '../../infra/environments.ts';
import { functionsRunBy, schedules, stateMachineNames, stateMachines } from '../../infra/manifest.ts';
import {
  allowancesOfRole,
  appOf,
  functionsIn,
  idIn,
  invokedIn,
  type Resource,
  resourcesOf,
  stackOf,
  written,
} from './template.ts';

const app = appOf();

test.each(stateMachineNames)('the state machine %s is valid, and all its states are reachable', (name) => {
  const { definition } = stateMachines[name];
  const { isValid, errorsText } = validate(structuredClone(definition), { checkPaths: true, checkArn: true });
  expect([isValid, errorsText()]).toEqual([true, '']);
  const broken = structuredClone(definition) as unknown as { States: Record<string, object> };
  broken.States.Nowhere = { Type: 'Pass', End: true };
  expect(validate(broken).isValid).toBe(false);
});

test('each state machine has one schedule', () => {
  expect(schedules.map(({ stateMachine }) => stateMachine)).toEqual(stateMachineNames);
});

describe.each(environmentNames)('%s', (environment) => {
  const prefix = `astake-lookup-${environment}`;
  const service = stackOf(app, environment, 'service');
  const deployed = resourcesOf(service, 'AWS::StepFunctions::StateMachine');
  const stateMachineOf = (name: string): [string, Resource] => {
    const found = [...deployed].filter(([, { Properties }]) => Properties.StateMachineName === `${prefix}-${name}`);
    if (found[0] === undefined || found.length > 1) throw new Error(`Expected one state machine ${name}`);
    return found[0];
  };
  const liveArn = (name: string): string => {
    const [id] = [...resourcesOf(service, 'AWS::Lambda::Alias').keys()].filter(
      (one) => invokedIn(service, { Ref: one }) === `${prefix}-${name}:live`,
    );
    return `\${${id}}`;
  };

  test('has the state machines of the manifest, with ARNs of aliases in place of the names of functions', () => {
    expect(deployed.size).toBe(stateMachineNames.length);
    for (const name of stateMachineNames) {
      const { type, definition } = stateMachines[name];
      const [, { Properties }] = stateMachineOf(name);
      expect(Properties).toMatchObject({
        StateMachineType: type,
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: false },
      });
      expect(JSON.parse(Properties.DefinitionString)).toEqual(definition);
      const run = functionsRunBy(name);
      expect(Object.entries(Properties.DefinitionSubstitutions).map(([of, arn]) => [of, written(arn)])).toEqual(
        run.map((of) => [of, liveArn(of)]),
      );
      expect(run.filter((of) => !functionsIn(service).has(`${prefix}-${of}`))).toEqual([]);
    }
  });

  test('lets each state machine run its functions, deliver logs and traces, and nothing else', () => {
    for (const name of stateMachineNames) {
      const allowed = allowancesOfRole(service, idIn(stateMachineOf(name)[1].Properties.RoleArn));
      const functions = functionsRunBy(name).map((of): [string, string] => ['lambda:InvokeFunction', liveArn(of)]);
      expect([name, allowed.filter(([, on]) => on !== '*')]).toEqual([name, functions.sort()]);
      expect(allowed.filter(([action, on]) => on === '*' && !/^(logs|xray):/.test(action))).toEqual([]);
    }
  });

  test.each([
    ['sync-loop', 'rate(1 minute)', { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }],
    ['webhook-loop', 'rate(1 minute)', { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }],
    ['enumerate', 'rate(5 minutes)', { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 300 }],
    ['reconcile', 'rate(1 hour)', { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3_600 }],
  ])('starts %s at the %s, by a rule that may start only this state machine', (name, rate, retries) => {
    const rules = [...resourcesOf(service, 'AWS::Events::Rule').values()];
    const found = rules.filter(({ Properties }) => Properties.Name === `${prefix}-${name}`);
    expect([rules.length, found.length]).toEqual([schedules.length, 1]);
    expect(found[0]?.Properties).toMatchObject({
      ScheduleExpression: rate,
      State: 'ENABLED',
      Targets: [{ Input: '{}', RetryPolicy: retries }],
    });
    const [target] = found[0]?.Properties.Targets ?? [];
    const [id] = stateMachineOf(name);
    expect(written(target.Arn)).toBe(`\${${id}}`);
    expect(allowancesOfRole(service, idIn(target.RoleArn))).toEqual([['states:StartExecution', `\${${id}}`]]);
  });
});
