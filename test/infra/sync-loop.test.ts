import { describe, expect, test } from '@jest/globals';
import validate from 'asl-validator';
import { environmentNames } from '../../infra/environments.ts';
import { functionDefinition, functionsRunBy, stateMachineNames, stateMachines } from '../../infra/manifest.ts';
import {
  allowancesOfRole,
  appOf,
  functionsIn,
  idIn,
  type Resource,
  resourcesOf,
  stackOf,
  written,
} from './template.ts';

const app = appOf();

const secondsAnExpressExecutionMayTake = 300;

describe.each(stateMachineNames)('the state machine %s', (name) => {
  const definition = stateMachines[name];

  test('is valid, and every state of it can be reached', () => {
    const { isValid, errorsText } = validate(structuredClone(definition), { checkPaths: true, checkArn: true });
    expect([isValid, errorsText()]).toEqual([true, '']);
    const broken = structuredClone(definition) as unknown as { States: Record<string, object> };
    broken.States.Nowhere = { Type: 'Pass', End: true };
    expect(validate(broken).isValid).toBe(false);
  });
});

describe('the sync loop', () => {
  const branches = stateMachines['sync-loop'].States['Twice a minute'].Branches;

  test('catches whatever its tasks throw, each by itself, tries nothing again and ends in time', () => {
    const tasks = [branches[0].States.Sync, branches[1].States['Sync again']];
    const { timeoutSeconds } = functionDefinition('sync');
    for (const task of tasks) {
      expect(task).toMatchObject({ Catch: [{ ErrorEquals: ['States.ALL'] }], TimeoutSeconds: timeoutSeconds });
      expect(task).not.toHaveProperty('Retry');
    }
    const wait = branches[1].States['Half a minute'].Seconds;
    expect([wait, timeoutSeconds]).toEqual([30, 240]);
    expect(wait + timeoutSeconds).toBeLessThan(secondsAnExpressExecutionMayTake);
  });

  test('runs sync and nothing else', () => {
    expect(functionsRunBy('sync-loop')).toEqual(['sync']);
  });
});

describe.each(environmentNames)('%s', (environment) => {
  const prefix = `astake-lookup-${environment}`;
  const service = stackOf(app, environment, 'service');
  const only = (type: string): [string, Resource] => {
    const [first, ...others] = resourcesOf(service, type);
    if (first === undefined || others.length > 0) throw new Error(`There must be one ${type}`);
    return first;
  };
  const [machineId, { Properties: machine }] = only('AWS::StepFunctions::StateMachine');
  const functionArn = (name: string): string => {
    const [id] = [...resourcesOf(service, 'AWS::Lambda::Function')].find(
      ([, { Properties }]) => Properties.FunctionName === `${prefix}-${name}`,
    ) ?? [''];
    return `\${${id}.Arn}`;
  };

  test('has the definition of the manifest, with the function in place of its name, as Express', () => {
    expect(machine).toMatchObject({
      StateMachineName: `${prefix}-sync-loop`,
      StateMachineType: 'EXPRESS',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: false },
    });
    expect(JSON.parse(machine.DefinitionString)).toEqual(stateMachines['sync-loop']);
    expect(Object.entries(machine.DefinitionSubstitutions).map(([name, arn]) => [name, written(arn)])).toEqual([
      ['sync', functionArn('sync')],
    ]);
    expect(functionsIn(service).has(`${prefix}-sync`)).toBe(true);
  });

  test('lets the state machine run sync, deliver logs and traces, and nothing else', () => {
    const allowed = allowancesOfRole(service, idIn(machine.RoleArn));
    expect(allowed.filter(([, on]) => on !== '*')).toEqual([['lambda:InvokeFunction', functionArn('sync')]]);
    expect(allowed.filter(([action, on]) => on === '*' && !/^(logs|xray):/.test(action))).toEqual([]);
  });

  test('starts it each minute, by a rule that may start it and nothing else', () => {
    const [, { Properties: rule }] = only('AWS::Events::Rule');
    expect(rule).toMatchObject({
      Name: `${prefix}-sync-loop`,
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } }],
    });
    const [target] = rule.Targets;
    expect(written(target.Arn)).toBe(`\${${machineId}}`);
    expect(allowancesOfRole(service, idIn(target.RoleArn))).toEqual([['states:StartExecution', `\${${machineId}}`]]);
  });
});
