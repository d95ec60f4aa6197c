import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { environmentNames, environments, placeholderEndpoint } from '../../infra/environments.ts';
import {
  type Audience,
  type FunctionName,
  functionDefinition,
  functionNames,
  methodsOf,
  type Route,
  routes,
} from '../../infra/manifest.ts';
import { httpApi } from '../../infra/stacks/http-api.ts';
import { readConfig } from '../../lib/runtime/config.ts';
import { type Table, tableNames, tables } from '../../lib/store/tables.ts';
import { appOf, functionsIn, type Resource, resourcesOf, routesIn, stackOf } from './template.ts';

const app = appOf({ CASPER_RPC_URLS: 'https://node.example/rpc', ASTAKE_DEADLINE_MS: '2500' });

test('there are two stacks per environment, the service after its data', () => {
  const stacks = app.node.children.filter((child) => Stack.isStack(child)) as Stack[];
  expect(stacks.map((stack) => [stack.stackName, stack.dependencies.map((other) => other.stackName)])).toEqual(
    environmentNames.flatMap((environment) => [
      [`astake-lookup-${environment}-data`, []],
      [`astake-lookup-${environment}-service`, [`astake-lookup-${environment}-data`]],
    ]),
  );
});

test('the context narrows to one environment, and refuses one that is not there', () => {
  const names = appOf({}, { environment: 'dev' }).node.children.map((child) => child.node.id);
  expect(names).toEqual(expect.arrayContaining(['astake-lookup-dev-data', 'astake-lookup-dev-service']));
  expect(names.join()).not.toMatch(/staging|production/);
  expect(() => appOf({}, { environment: 'local' })).toThrow('dev, staging, production');
});

test('cdk-nag finds nothing, and would find something', () => {
  expect(new AwsSolutionsChecks(app).validateScope(app)).toMatchObject({ success: true, violations: [] });
  const careless = new App({ builtinCloudFormationValidation: false });
  new Bucket(new Stack(careless, 'careless'), 'bucket');
  expect(new AwsSolutionsChecks(careless).validateScope(careless).success).toBe(false);
});

describe.each(environmentNames)('%s', (environment) => {
  const prefix = `astake-lookup-${environment}`;
  const settings = environments[environment];

  test('has every table as lib/store describes it', () => {
    const made = new Map(
      [...resourcesOf(stackOf(app, environment, 'data'), 'AWS::DynamoDB::Table').values()].map((table) => [
        table.Properties.TableName,
        table,
      ]),
    );
    expect([...made.keys()]).toEqual(tableNames.map((name) => `${prefix}-${name}`));
    for (const name of tableNames) {
      const definition: Table = tables[name];
      const { Properties, DeletionPolicy, UpdateReplacePolicy } = made.get(`${prefix}-${name}`) as Resource;
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        DeletionProtectionEnabled: environment === 'production',
        KeySchema: keySchema(definition),
      });
      expect(Properties.TimeToLiveSpecification).toEqual(
        definition.ttl === undefined ? undefined : { AttributeName: definition.ttl, Enabled: true },
      );
      expect(Properties.StreamSpecification?.StreamViewType).toBe(definition.stream);
      expect(Properties.GlobalSecondaryIndexes ?? []).toEqual(
        (definition.indexes ?? []).map((index) => ({
          IndexName: index.name,
          KeySchema: keySchema(index),
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
        LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: settings.logLevel },
        TracingConfig: { Mode: 'Active' },
      });
      const { Variables } = Properties.Environment;
      expect(Variables).toMatchObject({
        ASTAKE_ENVIRONMENT: environment,
        CASPER_CHAIN_NAME: environment === 'production' ? 'casper' : 'casper-test',
        ASTAKE_DEADLINE_MS: '2500',
      });
      expect(readConfig(Variables)).toMatchObject({ environment, deadlineMs: 2500 });
      expect(Variables.CASPER_RPC_URLS).toBe(usesChain ? 'https://node.example/rpc' : undefined);
    }
  });

  test('keeps the logs of each function and of the API for as long as the settings say', () => {
    const logs = [...resourcesOf(stackOf(app, environment, 'service'), 'AWS::Logs::LogGroup').values()];
    expect(logs.map(({ Properties }) => Properties.LogGroupName)).toEqual([
      ...functionNames.map((name) => `/aws/lambda/${prefix}-${name}`),
      `/aws/apigateway/${prefix}`,
    ]);
    expect(new Set(logs.map(({ Properties }) => Properties.RetentionInDays))).toEqual(
      new Set([settings.logRetentionDays]),
    );
  });

  test('runs a refresh once, and only while it is of use', () => {
    const configs = [...resourcesOf(stackOf(app, environment, 'service'), 'AWS::Lambda::EventInvokeConfig').values()];
    expect(configs.map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }),
    ]);
  });

  test('has every route, to its function, with access logs and throttling and without CORS', () => {
    const service = stackOf(app, environment, 'service');
    expect(routesIn(service)).toEqual(
      routes.flatMap((route) =>
        methodsOf(route).map((method) => [keyOf(route, method), `${prefix}-${route.function}`, 'NONE']),
      ),
    );
    const [stage] = [...resourcesOf(service, 'AWS::ApiGatewayV2::Stage').values()];
    expect(stage?.Properties).toMatchObject({
      StageName: '$default',
      AccessLogSettings: { Format: expect.stringContaining('requestId') },
      DefaultRouteSettings: {
        ThrottlingRateLimit: settings.throttle.requestsPerSecond,
        ThrottlingBurstLimit: settings.throttle.burst,
      },
    });
    const [api] = [...resourcesOf(service, 'AWS::ApiGatewayV2::Api').values()];
    expect(api?.Properties.CorsConfiguration).toBeUndefined();
  });
});

test('writers and operators are authorized by IAM, readers and anyone are not', () => {
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
  const audiences: Audience[] = ['anyone', 'reader', 'writer', 'operator'];
  const asked: Route[] = audiences.map((audience) => ({
    method: 'POST',
    path: `/${audience}`,
    function: 'lookup',
    audience,
  }));
  httpApi(stack, { environment: 'dev', deployed, routes: asked });
  expect(routesIn(stack).map(([key, , authorization]) => [key, authorization])).toEqual([
    ['POST /anyone', 'NONE'],
    ['POST /reader', 'NONE'],
    ['POST /writer', 'AWS_IAM'],
    ['POST /operator', 'AWS_IAM'],
  ]);
});

test('without nodes everything synthesises, with a placeholder and a warning', () => {
  const without = appOf({});
  const assembly = without.synth();
  for (const environment of environmentNames) {
    const artifact = assembly.getStackByName(`astake-lookup-${environment}-service`);
    expect(artifact.messages.map(({ level, entry }) => [level, entry.data])).toEqual([
      ['warning', expect.stringContaining('CASPER_RPC_URLS is not set')],
    ]);
    expect(JSON.stringify(artifact.template)).toContain(placeholderEndpoint);
  }
});

const keySchema = ({ partition, sort }: Pick<Table, 'partition' | 'sort'>) => [
  { AttributeName: partition.name, KeyType: 'HASH' },
  ...(sort === undefined ? [] : [{ AttributeName: sort.name, KeyType: 'RANGE' }]),
];

const keyOf = (route: Route, method: string): string =>
  route.path === '$default' ? '$default' : `${method} ${route.path}`;
