import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { environmentNames, profiles } from '../../infra/environments.ts';
import { functionNames, stateMachineNames } from '../../infra/manifest.ts';
import { allResourcesOf, appOf, resourcesOf, stackOf, written } from './template.ts';

const app = appOf({ CASPER_RPC_URLS: 'https://node.example/rpc' });

describe.each(environmentNames)('%s: what outlives the stacks that can be deleted and made again', (environment) => {
  const prefix = `astake-lookup-${environment}`;
  const settings = profiles[environment];
  const data = stackOf(app, environment, 'data');
  const kept = environment === 'dev' ? 'Delete' : 'Retain';
  const others = (app.node.children.filter((child) => Stack.isStack(child)) as Stack[]).filter(
    ({ stackName }) => stackName.startsWith(`${prefix}-`) && stackName !== data.stackName,
  );

  test('the bus for domain events, with an archive of a week of them', () => {
    const [[busId, bus] = [], ...more] = [...resourcesOf(data, 'AWS::Events::EventBus')];
    expect(more).toEqual([]);
    expect(bus).toMatchObject({
      DeletionPolicy: kept,
      UpdateReplacePolicy: kept,
      Properties: { Name: `${prefix}-events` },
    });
    const [archive] = [...resourcesOf(data, 'AWS::Events::Archive').values()];
    expect(archive).toMatchObject({ DeletionPolicy: kept, Properties: { RetentionDays: 7 } });
    expect(archive?.Properties.EventPattern).toBeUndefined();
    expect(written(archive?.Properties.SourceArn)).toBe(`\${${busId}.Arn}`);
  });

  test('the logs of functions and state machines, for the configured time, and those with callers for a week', () => {
    const logs = [...resourcesOf(data, 'AWS::Logs::LogGroup').values()];
    expect(logs.map(({ Properties }) => [Properties.LogGroupName, Properties.RetentionInDays])).toEqual([
      ...functionNames.map((name) => [`/aws/lambda/${prefix}-${name}`, settings.logRetentionDays]),
      ...stateMachineNames.map((name) => [`/aws/vendedlogs/states/${prefix}-${name}`, settings.logRetentionDays]),
      [`/aws/vendedlogs/apigateway/${prefix}`, 7],
    ]);
    for (const { DeletionPolicy, UpdateReplacePolicy } of logs)
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual([kept, kept]);
  });

  test('every log group that another stack writes to is one of these', () => {
    const names = [...resourcesOf(data, 'AWS::Logs::LogGroup').values()].map(
      ({ Properties }) => Properties.LogGroupName,
    );
    const written = others.flatMap((stack) =>
      Object.values(allResourcesOf(stack))
        .filter(({ Type }) => /Lambda::Function|StateMachine|ApiGatewayV2::Stage/.test(Type))
        .map(({ Type, Properties }) => {
          const { LoggingConfig, LoggingConfiguration, AccessLogSettings } = Properties;
          const text = JSON.stringify([LoggingConfig, LoggingConfiguration, AccessLogSettings]);
          return names.find((name) => new RegExp(`${name}[":]`).test(text)) ?? `${Type}: ${text}`;
        }),
    );
    expect(written.sort()).toEqual([...names].sort());
    expect(others.flatMap((stack) => [...resourcesOf(stack, 'AWS::Logs::LogGroup').keys()])).toEqual([]);
  });

  test('nothing else stays when its stack is deleted: a resource with a name that stays could not be made again', () => {
    expect(others.length).toBeGreaterThan(1);
    // A version of a function has no name of its own.
    for (const stack of others)
      for (const [id, { Type, DeletionPolicy, UpdateReplacePolicy }] of Object.entries(allResourcesOf(stack)))
        if (Type !== 'AWS::Lambda::Version')
          expect([stack.stackName, id, DeletionPolicy ?? 'Delete', UpdateReplacePolicy ?? 'Delete']).toEqual([
            stack.stackName,
            id,
            'Delete',
            'Delete',
          ]);
  });
});
