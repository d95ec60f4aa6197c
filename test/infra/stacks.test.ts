import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { environmentNames, placeholderEndpoint, profiles } from '../../infra/environments.ts';
import {
  type Audience,
  type FunctionName,
  functionDefinition,
  functionNames,
  isOpen,
  methodsOf,
  type Route,
  routes,
} from '../../infra/manifest.ts';
import { httpApi } from '../../infra/stacks/http-api.ts';
import { rememberedMs } from '../../lib/runtime/access/credential-memory.ts';
import { InvalidConfig, readConfig } from '../../lib/runtime/config.ts';
import { type Table, tableNames, tables } from '../../lib/store/tables.ts';
import {
  appOf,
  functionsIn,
  invokedIn,
  outputsOf,
  type Resource,
  resourcesOf,
  routesIn,
  stackOf,
  written,
} from './template.ts';

const app = appOf({ CASPER_RPC_URLS: 'https://node.example/rpc', ASTAKE_DEADLINE_MS: '2500', ASTAKE_HEDGE_MS: '0' });

const nodes = {
  CASPER_UPSTREAMS: JSON.stringify([
    { name: 'a', url: 'https://node.example/rpc', header: { name: 'X-Key', env: 'A_NODE_KEY' } },
    { name: 'b', url: 'https://node.example/rpc', header: { name: 'X-Key', secretsManager: 'casper/node-key' } },
  ]),
  A_NODE_KEY: 's3cret',
};
const withNodes = appOf({
  ...nodes,
  CASPER_RPC_URLS: ' ',
  ANOTHER_KEY: 's3cret',
  ASTAKE_CONCURRENCY: '{"production":1000}',
});

test('each environment has a data stack, a service stack, an API stack and a monitoring stack, each after the one before', () => {
  const stacks = app.node.children.filter((child) => Stack.isStack(child)) as Stack[];
  expect(stacks.map((stack) => [stack.stackName, stack.dependencies.map((other) => other.stackName)])).toEqual(
    environmentNames.flatMap((environment) => [
      [`astake-lookup-${environment}-data`, []],
      [`astake-lookup-${environment}-service`, [`astake-lookup-${environment}-data`]],
      [`astake-lookup-${environment}-api`, [`astake-lookup-${environment}-service`]],
      [`astake-lookup-${environment}-monitoring`, [`astake-lookup-${environment}-api`]],
    ]),
  );
});

test('cdk-nag finds nothing, and finds a careless bucket', () => {
  const pinned = appOf({ ...nodes, ASTAKE_OPERATOR_AUTH: 'iam', ASTAKE_ACCOUNTS: '{"production":"123456789012"}' });
  for (const scope of [app, withNodes, pinned]) {
    expect(new AwsSolutionsChecks(scope).validateScope(scope)).toMatchObject({ success: true, violations: [] });
  }
  const careless = new App({ builtinCloudFormationValidation: false });
  new Bucket(new Stack(careless, 'careless'), 'bucket');
  expect(new AwsSolutionsChecks(careless).validateScope(careless).success).toBe(false);
});

test.each(environmentNames)('rule AUDIT-3: in %s no principal removes a signed head digest', (environment) => {
  const data = stackOf(app, environment, 'data');
  const [bucket] = [...resourcesOf(data, 'AWS::S3::Bucket').values()];
  expect(bucket).toMatchObject({
    DeletionPolicy: 'Retain',
    Properties: {
      ObjectLockEnabled: true,
      VersioningConfiguration: { Status: 'Enabled' },
      ObjectLockConfiguration: {
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: profiles[environment].headRetentionDays } },
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    },
  });
  const policies = JSON.stringify([...resourcesOf(data, 'AWS::S3::BucketPolicy').values()]);
  expect(policies).toContain('"aws:SecureTransport":"false"');
  expect([...resourcesOf(data, 'AWS::KMS::Key').values()]).toMatchObject([
    { DeletionPolicy: 'Retain', Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } },
  ]);
  const roles = [...resourcesOf(stackOf(app, environment, 'service'), 'AWS::IAM::Role').values()];
  const mayDo = (action: string) => roles.filter((role) => JSON.stringify(role).includes(`"${action}"`)).length;
  const readers = functionNames.filter((name) => functionDefinition(name).headDigests !== undefined).length;
  expect([mayDo('kms:Sign'), mayDo('s3:PutObject'), mayDo('s3:GetObjectVersion')]).toEqual([1, 1, readers]);
  expect(JSON.stringify(roles)).not.toMatch(
    /s3:(?:Delete|Bypass|PutObjectRetention|PutBucket|\*)|kms:(?:Put|Schedule|\*)/,
  );
});

describe.each(environmentNames)('%s', (environment) => {
  const prefix = `astake-lookup-${environment}`;
  const settings = profiles[environment];

  test('has every table of lib/store', () => {
    const made = new Map(
      [...resourcesOf(stackOf(app, environment, 'data'), 'AWS::DynamoDB::Table').values()].map((table) => [
        table.Properties.TableName,
        table,
      ]),
    );
    expect([...made.keys()]).toEqual(tableNames.map((name) => `${prefix}-${name}`));
    for (const name of tableNames) {
      const definition: Table = tables[name];
      const { read: MaxReadRequestUnits, write: MaxWriteRequestUnits } = settings.tableUnits;
      const maxima = { MaxReadRequestUnits, MaxWriteRequestUnits };
      const { Properties, DeletionPolicy, UpdateReplacePolicy } = made.get(`${prefix}-${name}`) as Resource;
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: !definition.isDerived },
        OnDemandThroughput: maxima,
        DeletionProtectionEnabled: environment !== 'dev',
        KeySchema: keySchema(definition),
      });
      expect(Properties.SSESpecification).toEqual({ SSEEnabled: !definition.isDerived });
      expect(Properties.ContributorInsightsSpecification).toEqual(
        definition.namesThrottledKeys && { Enabled: true, Mode: 'THROTTLED_KEYS' },
      );
      expect(Properties.TimeToLiveSpecification).toEqual(
        definition.ttl === undefined ? undefined : { AttributeName: definition.ttl, Enabled: true },
      );
      expect(Properties.StreamSpecification?.StreamViewType).toBe(definition.stream);
      expect(Properties.GlobalSecondaryIndexes ?? []).toEqual(
        (definition.indexes ?? []).map((index) => ({
          IndexName: index.name,
          KeySchema: keySchema(index),
          OnDemandThroughput: maxima,
          Projection: { ProjectionType: 'KEYS_ONLY' },
        })),
      );
      const used = [definition, ...(definition.indexes ?? [])].flatMap(({ partition, sort }) => [
        partition,
        sort ?? partition,
      ]);
      expect(new Set(Properties.AttributeDefinitions.map((each: object) => JSON.stringify(each)))).toEqual(
        new Set(used.map(({ name, type }) => JSON.stringify({ AttributeName: name, AttributeType: type }))),
      );
      const policy = environment === 'dev' ? 'Delete' : 'Retain';
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual([policy, policy]);
    }
  });

  test('has every function of the manifest', () => {
    const deployed = functionsIn(stackOf(app, environment, 'service'));
    expect([...deployed.keys()]).toEqual(functionNames.map((name) => `${prefix}-${name}`));
    for (const name of functionNames) {
      const { memoryMb, timeoutSeconds, usesChain } = functionDefinition(name);
      const { Properties } = deployed.get(`${prefix}-${name}`) as Resource;
      expect(Properties).toMatchObject({
        Handler: `${name}.handler`,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: memoryMb,
        Timeout: timeoutSeconds,
        LoggingConfig: {
          LogFormat: 'JSON',
          ApplicationLogLevel: settings.logLevel,
          SystemLogLevel: environment === 'production' ? 'WARN' : 'INFO',
        },
        TracingConfig: { Mode: environment === 'production' ? 'PassThrough' : 'Active' },
      });
      const { Variables } = Properties.Environment;
      expect(Variables).toMatchObject({
        ASTAKE_ENVIRONMENT: environment,
        CASPER_CHAIN_NAME: environment === 'production' ? 'casper' : 'casper-test',
        ASTAKE_DEADLINE_MS: '2500',
      });
      expect(readConfig(Variables)).toMatchObject({ environment, deadlineMs: 2500, hedgeMs: 0 });
      expect(Variables.CASPER_RPC_URLS).toBe(usesChain ? 'https://node.example/rpc' : undefined);
    }
  });

  test('gives the nodes and the values of their headers only to functions that call the chain', () => {
    const service = stackOf(withNodes, environment, 'service');
    for (const [name, { Properties }] of functionsIn(service)) {
      const { usesChain } = functionDefinition(name.replace(`${prefix}-`, '') as FunctionName);
      const { CASPER_UPSTREAMS, A_NODE_KEY, CASPER_RPC_URLS, ANOTHER_KEY } = Properties.Environment.Variables;
      expect({ name, CASPER_UPSTREAMS, A_NODE_KEY, CASPER_RPC_URLS, ANOTHER_KEY }).toEqual({
        name,
        ...(usesChain ? nodes : {}),
      });
      expect(readConfig(Properties.Environment.Variables).upstreams.map((node) => node.name)).toEqual(
        usesChain ? ['a', 'b'] : [],
      );
    }
    expect(service.node.metadata.filter(({ type }) => /warning|error/.test(type))).toEqual([]);
  });

  test('gives the state machine of reconciliation only to functions that may start it', () => {
    for (const [name, { Properties }] of functionsIn(stackOf(app, environment, 'service'))) {
      const { startsReconciliation } = functionDefinition(name.replace(`${prefix}-`, '') as FunctionName);
      const { ASTAKE_RECONCILE_MACHINE_ARN: machineArn } = Properties.Environment.Variables;
      expect([name, machineArn === undefined ? undefined : written(machineArn)]).toEqual([
        name,
        startsReconciliation &&
          `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:${prefix}-reconcile`,
      ]);
    }
  });

  test('runs at most once, within a minute, what the next invocation does as well', () => {
    const service = stackOf(app, environment, 'service');
    const configs = [...resourcesOf(service, 'AWS::Lambda::EventInvokeConfig').values()].map(
      ({ Properties: { MaximumRetryAttempts, MaximumEventAgeInSeconds, Qualifier } }) => [
        MaximumRetryAttempts,
        MaximumEventAgeInSeconds,
        invokedIn(service, Qualifier),
      ],
    );
    expect(configs).toEqual(
      ['refresh', 'dispatch-webhooks', 'deliver-webhook'].map((name) => [0, 60, `${prefix}-${name}:live`]),
    );
  });

  test('routes every route to its function, with access logs and throttling and without CORS', () => {
    const api = stackOf(app, environment, 'api');
    expect(routesIn(api)).toEqual(
      routes.flatMap((route) =>
        methodsOf(route).map((method) => [
          keyOf(route, method),
          `${prefix}-${route.function}:live`,
          isOpen(route.audience) ? 'NONE' : 'CUSTOM',
        ]),
      ),
    );
    const [stage] = [...resourcesOf(api, 'AWS::ApiGatewayV2::Stage').values()];
    expect(stage?.Properties).toMatchObject({
      StageName: '$default',
      AccessLogSettings: { Format: expect.stringContaining('requestId') },
      DefaultRouteSettings: {
        ThrottlingRateLimit: settings.throttle.requestsPerSecond,
        ThrottlingBurstLimit: settings.throttle.burst,
      },
    });
    const [made] = [...resourcesOf(api, 'AWS::ApiGatewayV2::Api').values()];
    expect(made?.Properties.CorsConfiguration).toBeUndefined();
  });
});

test('with origins configured the API answers pages of these origins, and only these', () => {
  const origins = ['https://app.example', 'https://console.example'];
  const assembly = appOf({ ...nodes, ASTAKE_CORS_ORIGINS: origins.join(',') });
  const [api] = [...resourcesOf(stackOf(assembly, 'production', 'api'), 'AWS::ApiGatewayV2::Api').values()];
  expect(api?.Properties.CorsConfiguration).toMatchObject({
    AllowOrigins: origins,
    AllowMethods: expect.arrayContaining(['GET', 'HEAD', 'POST']),
    AllowHeaders: expect.arrayContaining(['authorization', 'content-type', 'if-none-match', 'cache-control']),
    ExposeHeaders: expect.arrayContaining(['etag', 'location', 'retry-after', 'www-authenticate']),
  });
  expect(api?.Properties.CorsConfiguration.AllowCredentials).toBeUndefined();
});

describe('authorization of routes', () => {
  const audiences: Audience[] = ['anyone', 'reader', 'writer', 'operator', 'auditor'];

  function stackWith(reads: 'open' | 'readers', operatorAuth: 'keys' | 'iam'): Stack {
    const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'audiences');
    const deployed = Object.fromEntries(
      functionNames.map((name) => [
        name,
        new LambdaFunction(stack, name, {
          functionName: `test-${name}`,
          runtime: Runtime.NODEJS_24_X,
          handler: 'index.handler',
          code: Code.fromInline('exports.handler = () => {};'),
        }),
      ]),
    ) as Record<FunctionName, LambdaFunction>;
    const asked: Route[] = audiences.map((audience) => ({
      method: 'POST',
      path: `/${audience}`,
      function: 'lookup',
      audience,
    }));
    httpApi(stack, {
      environment: 'dev',
      throttle: profiles.dev.throttle,
      deployed,
      routes: asked,
      cors: undefined,
      reads,
      operatorAuth,
    });
    return stack;
  }

  test.each([
    ['open', 'keys', ['NONE', 'NONE', 'CUSTOM', 'CUSTOM', 'CUSTOM']],
    ['readers', 'keys', ['NONE', 'CUSTOM', 'CUSTOM', 'CUSTOM', 'CUSTOM']],
    ['open', 'iam', ['NONE', 'NONE', 'CUSTOM', 'AWS_IAM', 'AWS_IAM']],
  ] as const)('reads are %s, operators have %s', (reads, operatorAuth, expected) => {
    const routed = routesIn(stackWith(reads, operatorAuth));
    expect(routed.map(([key, , authorization]) => [key, authorization])).toEqual(
      audiences.map((audience, at) => [`POST /${audience}`, expected[at]]),
    );
  });

  test('is by one authorizer, which is asked with every request, with or without a credential (rule ACCESS-26)', () => {
    const authorizers = [...resourcesOf(stackWith('readers', 'keys'), 'AWS::ApiGatewayV2::Authorizer').values()];
    expect(authorizers.map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        AuthorizerType: 'REQUEST',
        AuthorizerPayloadFormatVersion: '2.0',
        EnableSimpleResponses: true,
      }),
    ]);
    // API Gateway refuses a request without an identity source by itself, and without a challenge.
    expect(authorizers[0]?.Properties.IdentitySource ?? []).toEqual([]);
    // Rule ACCESS-2: what the gateway keeps and what a process remembers are within a minute together.
    const { AuthorizerResultTtlInSeconds: keptSeconds } = authorizers[0]?.Properties ?? {};
    expect(keptSeconds).toBe(0);
    expect(keptSeconds + rememberedMs / 1_000).toBeLessThanOrEqual(60);
  });

  test('is asked of no preflight request, whatever its path', () => {
    const stack = stackOf(appOf({ ...nodes, ASTAKE_CORS_ORIGINS: '*', ASTAKE_READS: 'readers' }), 'dev', 'api');
    const routed = routesIn(stack);
    const answering = routed.filter(([key]) => key === '$default' || /^(ANY|OPTIONS) /.test(key));
    expect(answering).toEqual([['$default', 'astake-lookup-dev-not-found:live', 'NONE']]);
    const [api] = [...resourcesOf(stack, 'AWS::ApiGatewayV2::Api').values()];
    const methods = new Set(routed.flatMap(([key]) => (key === '$default' ? [] : [key.split(' ')[0]])));
    expect([...methods].filter((method) => !api?.Properties.CorsConfiguration.AllowMethods.includes(method))).toEqual(
      [],
    );
  });

  test('follows the variables of the deployment', () => {
    const readers = stackOf(appOf({ ...nodes, ASTAKE_READS: 'readers', ASTAKE_OPERATOR_AUTH: 'iam' }), 'dev', 'api');
    const kinds = new Map(routesIn(readers).map(([key, , authorization]) => [key, authorization]));
    expect(kinds.get('GET /v1/accounts/{id}')).toBe('CUSTOM');
    expect(kinds.get('POST /v1/sync')).toBe('AWS_IAM');
    for (const path of ['GET /v1/audit', 'GET /v1/health', 'HEAD /v1/sync']) expect(kinds.get(path)).toBe('AWS_IAM');
    expect(kinds.get('POST /v1/transactions')).toBe('CUSTOM');
    expect(kinds.get('GET /v1/ready')).toBe('NONE');
  });
});

describe('policies for IAM principals (rule ACCESS-27)', () => {
  const withIam = appOf({ ...nodes, ASTAKE_OPERATOR_AUTH: 'iam' });
  const api = stackOf(withIam, 'production', 'api');
  const policies = [...resourcesOf(api, 'AWS::IAM::ManagedPolicy').values()].map(({ Properties }) => Properties);
  const of = (role: string) =>
    policies.find(({ ManagedPolicyName }) => ManagedPolicyName === `astake-lookup-production-${role}`);
  const allowed = (role: string): string[] => {
    const [statement, ...others] = of(role).PolicyDocument.Statement;
    expect([statement.Effect, statement.Action, others]).toEqual(['Allow', 'execute-api:Invoke', []]);
    return statement.Resource.map(written);
  };
  const isAllowed = (role: string, route: Route, method: string): boolean =>
    allowed(role).some((arn) => {
      const [, path = ''] = /:execute-api:.*?\/(\$default\/.*)$/.exec(arn) ?? [];
      const pattern = path.split('*').map((part) => part.replace(/[.$/]/g, '\\$&'));
      return new RegExp(`^${pattern.join('.*')}$`).test(
        `$default/${method}${route.path.replaceAll(/\{\w+\}/g, 'a-b')}`,
      );
    });

  test('are one for each audience that uses IAM, with its ARN as an output', () => {
    expect(policies.map(({ ManagedPolicyName }) => ManagedPolicyName).sort()).toEqual([
      'astake-lookup-production-auditor',
      'astake-lookup-production-operator',
    ]);
    const outputs = Object.keys(outputsOf(api)).filter((name) => !name.startsWith('Exports'));
    expect(outputs.sort()).toEqual(['ApiUrl', 'AuditorPolicyArn', 'OperatorPolicyArn']);
    expect(JSON.stringify(outputsOf(api).ApiUrl)).not.toContain('"/"');
  });

  test('allow exactly the routes of the role on this API, and name no method or stage by a wildcard', () => {
    for (const role of ['operator', 'auditor'] as const) {
      for (const route of routes) {
        const mayInvoke = route.audience === 'auditor' || (role === 'operator' && route.audience === 'operator');
        for (const method of methodsOf(route))
          expect([role, method, route.path, isAllowed(role, route, method)]).toEqual([
            ...[role, method, route.path],
            mayInvoke,
          ]);
      }
      for (const arn of allowed(role))
        expect(arn).toMatch(
          /^arn:\$\{AWS::Partition\}:execute-api:\$\{AWS::Region\}:\$\{AWS::AccountId\}:\$\{api\w+\}\/\$default\/[A-Z]+\/v1\/[^*]/,
        );
    }
  });

  test('are within the size that IAM takes', () => {
    const lengths = {
      '${AWS::Partition}': 'aws-us-gov',
      '${AWS::Region}': 'ap-southeast-2',
      '${AWS::AccountId}': '1'.repeat(12),
    };
    for (const role of ['operator', 'auditor']) {
      let text = JSON.stringify({
        ...of(role).PolicyDocument,
        Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: allowed(role) }],
      });
      for (const [name, value] of Object.entries(lengths)) text = text.replaceAll(name, value);
      expect(text.replaceAll(/\$\{api\w+\}/g, 'a'.repeat(10)).length).toBeLessThan(6_144);
    }
  });

  test('are clean for cdk-nag, and are not made where operators use keys', () => {
    expect(new AwsSolutionsChecks(withIam).validateScope(withIam)).toMatchObject({ success: true, violations: [] });
    expect([...resourcesOf(stackOf(app, 'dev', 'api'), 'AWS::IAM::ManagedPolicy')]).toEqual([]);
  });
});

test('synthesis works without nodes, with a placeholder and a warning', () => {
  const without = appOf({ ASTAKE_CONCURRENCY: '{"production":1000}' });
  const assembly = without.synth();
  // CloudFormation takes 500 resources in a stack.
  for (const { template } of assembly.stacks) expect(Object.keys(template.Resources).length).toBeLessThan(460);
  for (const environment of environmentNames) {
    const artifact = assembly.getStackByName(`astake-lookup-${environment}-service`);
    const problems = artifact.messages.filter(({ level }) => level !== 'info');
    expect(problems.map(({ level, entry }) => [level, entry.data])).toEqual([
      ['warning', expect.stringContaining('Neither CASPER_RPC_URLS nor CASPER_UPSTREAMS is set')],
    ]);
    expect(JSON.stringify(artifact.template)).toContain(placeholderEndpoint);
  }
});

test('a configuration that would stop the functions stops the synthesis: all problems at once, without values', async () => {
  const wrong = [
    { name: 'a', url: 'ftp://s3cret' },
    { name: 'a', url: 'https://node.example/rpc', header: { name: 'X-Key', env: 'NOT_GIVEN' } },
  ];
  const given = {
    CASPER_UPSTREAMS: JSON.stringify(wrong),
    CASPER_RPC_URLS: 'https://s3cret.example/rpc',
    ASTAKE_HEDGE_MS: 's3cret',
    // Variables of the deployer's own local runs.
    ASTAKE_DEV_KEY: 's3cret',
    ASTAKE_ENVIRONMENT: 'local',
  };
  expect(() => appOf(given)).toThrow(InvalidConfig);
  const run = promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../infra/app.ts')], {
    env: { PATH: process.env.PATH, ...given },
  });
  const { code, stdout, stderr } = (await run.catch((error: unknown) => error)) as {
    code?: number;
    stdout: string;
    stderr: string;
  };
  expect({ code, stdout, said: stderr.trim().split('\n') }).toEqual({
    code: 1,
    stdout: '',
    said: [
      'The configuration is not valid:',
      '  - CASPER_RPC_URLS and CASPER_UPSTREAMS must not both be set',
      '  - CASPER_UPSTREAMS.0.url: must be an http or https URL',
      '  - CASPER_UPSTREAMS.1.header.env: the variable is not set',
      '  - CASPER_UPSTREAMS: must not use a name twice',
      '  - ASTAKE_HEDGE_MS must be a whole number from 0 to 3600000',
    ],
  });
});

const keySchema = ({ partition, sort }: Pick<Table, 'partition' | 'sort'>) => [
  { AttributeName: partition.name, KeyType: 'HASH' },
  ...(sort === undefined ? [] : [{ AttributeName: sort.name, KeyType: 'RANGE' }]),
];

const keyOf = (route: Route, method: string): string =>
  route.path === '$default' ? '$default' : `${method} ${route.path}`;

test('what a restore takes to one second has a recovery; what begins empty has none, and cost is bounded', () => {
  const derived = tableNames.filter((name) => (tables[name] as Table).isDerived);
  expect(derived).toEqual(['outbox', 'changes', 'reconciliations', 'watches', 'cache', 'explanations', 'budgets']);
});
