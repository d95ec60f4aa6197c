import { describe, expect, test } from '@jest/globals';
import { environmentNames } from '../../infra/environments.ts';
import { type FunctionName, functionDefinition, functionNames, streams, tableActions } from '../../infra/manifest.ts';
import { allowancesOf, appOf, queuesIn, resourcesOf, stackOf, streamArnsFor } from './template.ts';

const app = appOf();

const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:casper/other-AbCdEf';
const node = (name: string, header: object) => ({ name, url: 'https://node.example/rpc', header });
const withSecrets = appOf({
  A_NODE_KEY: 's3cret',
  CASPER_UPSTREAMS: JSON.stringify([
    node('one', { name: 'X-Key', secretsManager: 'casper/node-key' }),
    node('two', { name: 'X-Key', secretsManager: secretArn }),
    node('three', { name: 'X-Key', secretsManager: 'casper/node-key' }),
    node('four', { name: 'X-Key', env: 'A_NODE_KEY' }),
  ]),
});

describe.each(environmentNames)('%s', (environment) => {
  const prefix = `astake-lookup-${environment}`;

  test('gives each function exactly the permissions of the manifest', () => {
    for (const name of functionNames) {
      expect([name, named(allowancesOf(stackOf(app, environment, 'service'), `${prefix}-${name}`))]).toEqual([
        name,
        expectedAllowances(environment, name),
      ]);
    }
  });

  test('gives access to the secrets of the nodes only to functions that call the chain, one grant for each secret', () => {
    const read = (resource: string): [string, string] => ['secretsmanager:GetSecretValue', resource];
    for (const name of functionNames) {
      const secrets = functionDefinition(name).usesChain
        ? [read(secretArn), read(arn('secretsmanager', 'secret:casper/node-key-??????'))]
        : [];
      expect([name, named(allowancesOf(stackOf(withSecrets, environment, 'service'), `${prefix}-${name}`))]).toEqual([
        name,
        [...expectedAllowances(environment, name), ...secrets].sort(),
      ]);
    }
  });

  test('has no wildcard, no deletion and no scan in any policy (rules ITEM-3 and SAVE-7)', () => {
    const actions = functionNames.flatMap((name) =>
      allowancesOf(stackOf(app, environment, 'service'), `${prefix}-${name}`).map(([action]) => action),
    );
    expect(actions.length).toBeGreaterThan(functionNames.length);
    expect(actions.filter((action) => /\*|Delete|Scan|BatchWrite/.test(action))).toEqual([]);
    const service = stackOf(app, environment, 'service');
    for (const [id, { Properties }] of resourcesOf(service, 'AWS::IAM::Role'))
      expect([id, Properties.ManagedPolicyArns === undefined]).toEqual([id, !id.startsWith('rolloutrole')]);
  });
});

const arn = (service: string, resource: string): string =>
  `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`;

/** Rule AUDIT-3: nothing removes a signed head digest; one function adds one. */
function onHeads(use: 'read' | 'write' | undefined): [string, string][] {
  if (use === undefined) return [];
  const on = (actions: readonly string[], ...resources: readonly string[]) =>
    actions.flatMap((action) => resources.map((resource): [string, string] => [action, resource]));
  const days = 'the bucket/days/????-??-??.json';
  return [
    ...on(['s3:ListBucketVersions'], 'the bucket'),
    ...on(['s3:GetObjectVersion'], days),
    ...(use === 'read'
      ? []
      : [
          ...on(['s3:PutObject'], days, `the bucket/parts/${'?'.repeat(64)}.ndjson`),
          ...on(['kms:GetPublicKey', 'kms:Sign'], 'the key'),
        ]),
  ];
}

/** Bucket and key are exports of the data stack, whose names end in hashes. */
const named = (allowances: [string, string][]): [string, string][] =>
  allowances
    .map(([action, resource]): [string, string] => [
      action,
      resource.replace(/^\$\{[\w-]+-data:ExportsOutputFnGetAttheads(key)?\w+\}/, (_, key) =>
        key ? 'the key' : 'the bucket',
      ),
    ])
    .sort();

function expectedAllowances(environment: string, name: FunctionName): [string, string][] {
  const prefix = `astake-lookup-${environment}`;
  const {
    tables: used,
    indexes = {},
    invokesRefresh,
    invokes = [],
    publishesEvents,
    readsMetrics,
    startsReconciliation,
    headDigests,
  } = functionDefinition(name);
  const table = (of: string) => arn('dynamodb', `table/${prefix}-${of}`);
  const onTables = Object.entries(used).flatMap(([of, uses]) =>
    uses.map((use): [string, string] => [`dynamodb:${tableActions[use]}`, table(of)]),
  );
  const onIndexes = Object.entries(indexes).flatMap(([of, names]) =>
    names.map((index): [string, string] => ['dynamodb:Query', `${table(of)}/index/${index}`]),
  );
  const onStreams = streams
    .filter((stream) => stream.function === name)
    .flatMap(({ table: of, deadLetters }): [string, string][] => [
      ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map((action): [string, string] => [
        `dynamodb:${action}`,
        streamArnsFor(app, environment).get(of) ?? '',
      ]),
      ['dynamodb:ListStreams', '*'],
      ['sqs:SendMessage', `\${${queuesIn(stackOf(app, environment, 'service')).get(`${prefix}-${deadLetters}`)}.Arn}`],
    ]);
  return [
    ...onTables,
    ...onIndexes,
    ...onStreams,
    ...(invokesRefresh
      ? [['lambda:InvokeFunction', arn('lambda', `function:${prefix}-refresh:live`)] as [string, string]]
      : []),
    ...invokes.map((of): [string, string] => ['lambda:InvokeFunction', arn('lambda', `function:${prefix}-${of}:live`)]),
    ...(readsMetrics ? [['cloudwatch:GetMetricData', '*'] as [string, string]] : []),
    ...(publishesEvents ? [['events:PutEvents', arn('events', `event-bus/${prefix}-events`)] as [string, string]] : []),
    ...onHeads(headDigests),
    ...(startsReconciliation
      ? [['states:StartExecution', arn('states', `stateMachine:${prefix}-reconcile`)] as [string, string]]
      : []),
    ...['CreateLogStream', 'PutLogEvents'].map((action): [string, string] => [`logs:${action}`, 'its log group']),
    ...['PutTelemetryRecords', 'PutTraceSegments'].map((action): [string, string] => [`xray:${action}`, '*']),
  ].sort() as [string, string][];
}
