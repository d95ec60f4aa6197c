import { describe, expect, test } from '@jest/globals';
import { environmentNames } from '../../infra/environments.ts';
import { type FunctionName, functionDefinition, functionNames, tableActions } from '../../infra/manifest.ts';
import type { TableName } from '../../lib/store/tables.ts';
import { allowancesOf, appOf, resourcesOf, stackOf } from './template.ts';

const app = appOf();

describe.each(environmentNames)('%s', (environment) => {
  const prefix = `astake-lookup-${environment}`;

  test('lets each function do what the manifest says, on those resources, and nothing else', () => {
    for (const name of functionNames) {
      expect([name, allowancesOf(stackOf(app, environment, 'service'), `${prefix}-${name}`)]).toEqual([
        name,
        expectedAllowances(prefix, name),
      ]);
    }
  });

  test('has no wildcard, no deletion and no scan in any policy', () => {
    const actions = functionNames.flatMap((name) =>
      allowancesOf(stackOf(app, environment, 'service'), `${prefix}-${name}`).map(([action]) => action),
    );
    expect(actions.length).toBeGreaterThan(functionNames.length);
    expect(actions.filter((action) => /\*|Delete|Scan|BatchWrite/.test(action))).toEqual([]);
    const service = stackOf(app, environment, 'service');
    for (const { Properties } of resourcesOf(service, 'AWS::IAM::Role').values()) {
      expect([Properties.ManagedPolicyArns, Properties.Policies]).toEqual([undefined, undefined]);
    }
  });
});

function expectedAllowances(prefix: string, name: FunctionName): [string, string][] {
  const { tables: used, indexes = {}, invokesRefresh } = functionDefinition(name);
  const arn = (service: string, resource: string) =>
    `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`;
  const table = (of: string) => arn('dynamodb', `table/${prefix}-${of}`);
  const onTables = Object.entries(used).flatMap(([of, uses]) =>
    uses.flatMap((use) =>
      tableActions[of as TableName][use].map((action): [string, string] => [`dynamodb:${action}`, table(of)]),
    ),
  );
  const onIndexes = Object.entries(indexes).flatMap(([of, names]) =>
    names.map((index): [string, string] => ['dynamodb:Query', `${table(of)}/index/${index}`]),
  );
  return [
    ...onTables,
    ...onIndexes,
    ...(invokesRefresh
      ? [['lambda:InvokeFunction', arn('lambda', `function:${prefix}-refresh`)] as [string, string]]
      : []),
    ...['CreateLogStream', 'PutLogEvents'].map((action): [string, string] => [`logs:${action}`, 'its log group']),
    ...['PutTelemetryRecords', 'PutTraceSegments'].map((action): [string, string] => [`xray:${action}`, '*']),
  ].sort() as [string, string][];
}
