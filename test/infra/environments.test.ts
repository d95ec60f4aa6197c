import { describe, expect, test } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { placeholderEndpoint } from '../../infra/environments.ts';
import { functionNames } from '../../infra/manifest.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import { functionName } from '../../lib/runtime/names.ts';
import { tableNames } from '../../lib/store/tables.ts';
import { allResourcesOf, appOf, functionsIn, resourcesOf, stackOf } from './template.ts';

const stacksOf = (...given: Parameters<typeof appOf>): Stack[] =>
  appOf(...given).node.children.filter((child): child is Stack => Stack.isStack(child));

describe('an environment', () => {
  test('is selected by its name, of any kind, and by what it is like', () => {
    const stacks = stacksOf({}, { environment: 'alice2', profile: 'dev' });
    expect(stacks.map(({ stackName }) => stackName)).toEqual(
      expect.arrayContaining(['astake-lookup-alice2-data', 'astake-lookup-alice2-service']),
    );
    expect(stacks.map(({ stackName }) => stackName).join()).not.toMatch(/dev|staging|production/);
    expect(stacks.map(({ terminationProtection }) => terminationProtection)).not.toContain(true);
    const deployed = functionsIn(stackOf(appOf({}, { environment: 'alice2', profile: 'dev' }), 'alice2', 'service'));
    expect(readConfig(deployed.get('astake-lookup-alice2-sync')?.Properties.Environment.Variables)).toMatchObject({
      environment: 'alice2',
      network: 'casper-test',
    });
  });

  test('has the profile that is asked for', () => {
    const app = appOf({}, { environment: 'eu', profile: 'production' });
    expect([...resourcesOf(stackOf(app, 'eu', 'data'), 'AWS::DynamoDB::Table').values()][0]).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true, TableName: expect.stringMatching(/^astake-lookup-eu-/) },
    });
    expect(() => appOf({}, { environment: 'eu', profile: 'large' })).toThrow('dev, staging, production');
    expect(() => appOf({}, { environment: 'eu' })).toThrow('eu needs a profile: -c profile=<dev, staging, production>');
  });

  test.each([
    ['production', 'dev'],
    ['staging', 'production'],
    ['dev', 'staging'],
  ])('of the name %s cannot have the profile %s, which is another one', (environment, profile) => {
    expect(() => appOf({}, { environment, profile })).toThrow(`${environment} has the profile of its name`);
    expect(() => appOf({}, { environment, profile: environment })).not.toThrow();
    expect(() => appOf({}, { profile })).toThrow(/has the profile of its name/);
  });

  test.each(['local', 'Alice', 'a_b', '-a', 'a-', 'a-b', '', 'a'.repeat(21)])(
    'cannot have the name "%s"',
    (environment) => {
      expect(() => appOf({}, { environment })).toThrow(/cannot be the name of a deployed environment/);
    },
  );

  test('has no hyphen in its name: every name of a resource says which environment it is of', () => {
    // Else these two would be one.
    expect(functionName('x', 'force-sync')).toBe(functionName('x-force', 'sync'));
    expect(() => appOf({}, { environment: 'x-force' })).toThrow(/cannot be the name/);
    const stacks = stacksOf({}, { environment: 'x', profile: 'dev' });
    const named = stacks.flatMap((stack) =>
      Object.values(allResourcesOf(stack)).flatMap(({ Properties = {} }) =>
        Object.entries<unknown>(Properties).filter(([key, value]) => /Name$/.test(key) && typeof value === 'string'),
      ),
    );
    const ours = [...named.map(([, name]) => String(name)), ...stacks.map(({ stackName }) => stackName)].filter(
      // What is unique within another resource, such as the name of a stage, says nothing of the environment.
      (name) => name.includes('astake'),
    );
    expect(ours.length).toBeGreaterThan(functionNames.length * 2);
    expect(ours.filter((name) => !/(?:^|\/)astake-lookup-x(?:[-/]|$)/.test(name))).toEqual([]);
    // Nor do the tables of two generations of one environment meet.
    const ends = tableNames.flatMap((one) => tableNames.filter((other) => other.endsWith(`-${one}`)));
    expect(ends).toEqual([]);
  });

  test('of the longest name has functions whose names Lambda takes', () => {
    for (const name of functionNames) expect(functionName('a'.repeat(20), name).length).toBeLessThanOrEqual(64);
  });

  test('of staging and production is protected from deletion', () => {
    expect(stacksOf().map(({ stackName, terminationProtection }) => [stackName, terminationProtection])).toEqual(
      stacksOf().map(({ stackName }) => [stackName, !stackName.includes('-dev-')]),
    );
  });
});

describe('the account of an environment', () => {
  const ASTAKE_ACCOUNTS = '{"production":"123456789012"}';

  test('is that of the deployer where none is named, or of another environment', () => {
    for (const stack of stacksOf({ ASTAKE_ACCOUNTS }, { environment: 'dev' }, '999999999999'))
      expect(stack.environment).toBe('aws://unknown-account/unknown-region');
  });

  test('is fixed by ASTAKE_ACCOUNTS, with credentials of it or with none', () => {
    for (const credentials of [undefined, '123456789012'])
      for (const stack of stacksOf({ ASTAKE_ACCOUNTS }, { environment: 'production' }, credentials))
        expect(stack.environment).toBe('aws://123456789012/unknown-region');
  });

  test('ends the synthesis where the credentials are of another one', () => {
    expect(() => appOf({ ASTAKE_ACCOUNTS }, { environment: 'production' }, '999999999999')).toThrow(
      'production belongs to the account 123456789012 (ASTAKE_ACCOUNTS), and the credentials are of 999999999999',
    );
    expect(() => appOf({ ASTAKE_ACCOUNTS }, {}, '999999999999')).not.toThrow();
  });

  test.each(['constructor', 'valueof', 'tostring'])(
    'is none for a name that objects have a member of: %s',
    (environment) => {
      for (const stack of stacksOf({ ASTAKE_ACCOUNTS }, { environment, profile: 'dev' }, '999999999999'))
        expect(stack.environment).toBe('aws://unknown-account/unknown-region');
    },
  );

  test.each(['x', '{"production":1}', '{"production":"123"}', '[]'])('%s is refused', (given) => {
    expect(() => appOf({ ASTAKE_ACCOUNTS: given })).toThrow('ASTAKE_ACCOUNTS must be JSON');
  });
});

test.each([
  'https://user:s3cret@node.example/rpc',
  'https://s3cret@node.example/rpc',
  'https://node.example/rpc?key=s3cret',
])('a node URL with a credential is refused in production, by its name: %s', (url) => {
  const given = { CASPER_UPSTREAMS: JSON.stringify([{ name: 'mine', url }]) };
  expect(() => appOf(given, { environment: 'dev' })).not.toThrow();
  const refused = () => appOf(given, { environment: 'production' });
  expect(refused).toThrow(/the URL of the node mine .* header\.secretsManager/);
  expect(refused).not.toThrow(/s3cret/);
});

test('the variables of a deployment reach the functions', () => {
  const given = {
    CASPER_RPC_URLS: placeholderEndpoint,
    ASTAKE_CALLS_PER_SECOND: '7',
    ASTAKE_ABSENT_CALLS_PER_MINUTE: '8',
    ASTAKE_LATE_LIMIT_SECONDS: '9',
  };
  const deployed = functionsIn(stackOf(appOf(given, { environment: 'dev' }), 'dev', 'service'));
  expect(readConfig(deployed.get('astake-lookup-dev-sync')?.Properties.Environment.Variables)).toMatchObject({
    callsPerSecond: 7,
    absentCallsPerMinute: 8,
    lateLimitSeconds: 9,
  });
});

test('more variables than Lambda takes are refused, and the longest one is named', () => {
  const collection = { package: 'a'.repeat(64), standard: 'cep78' };
  const given = (count: number) => ({
    ASTAKE_COLLECTIONS: JSON.stringify(
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, collection])),
    ),
  });
  const refused = () => appOf(given(40), { environment: 'dev' });
  expect(refused).toThrow(/take \d+ bytes, and Lambda takes 3796; the longest is ASTAKE_COLLECTIONS/);
  const deployed = functionsIn(stackOf(appOf(given(30), { environment: 'dev' }), 'dev', 'service'));
  for (const { Properties } of deployed.values())
    expect(Buffer.byteLength(JSON.stringify(Properties.Environment.Variables))).toBeLessThan(4_096);
});
