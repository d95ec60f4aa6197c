import { expect, test } from '@jest/globals';
import { AwsSolutionsChecks } from 'cdk-nag';
import { isWebAsked } from '../../../infra/environments.ts';
import { functionDefinition, webFunctionNames } from '../../../infra/manifest.ts';
import { InvalidConfig } from '../../../lib/runtime/config.ts';
import {
  allowancesOf,
  allowancesOfRole,
  appOf,
  functionsIn,
  idIn,
  outputsOf,
  resourcesOf,
  stackOf,
} from '../template.ts';

const nodes = {
  CASPER_UPSTREAMS: JSON.stringify([
    { name: 'a', url: 'https://node.example/rpc', header: { name: 'X-Key', secretsManager: 'casper/node-key' } },
  ]),
};
const context = { environment: 'production' };
const app = appOf({ ...nodes, ASTAKE_WEB: 'on' }, context);
const stack = stackOf(app, 'production', 'web');
const only = (type: string) => {
  const [first, ...others] = [...resourcesOf(stack, type)];
  expect([first?.[1].Type, others]).toEqual([type, []]);
  return first?.[1].Properties;
};

test('without ASTAKE_WEB there is no web function; a value that is none is refused', () => {
  expect([{}, { ASTAKE_WEB: ' ' }, { ASTAKE_WEB: 'off' }].map(isWebAsked)).toEqual([false, false, false]);
  expect(appOf(nodes, context).node.tryFindChild('astake-lookup-production-web')).toBeUndefined();
  expect(() => appOf({ ...nodes, ASTAKE_WEB: 'yes' }, context)).toThrow(InvalidConfig);
});

test('the readers are one web function, whose environments take 64 requests at once', () => {
  expect(only('AWS::Lambda::WebFunction')).toMatchObject({ FunctionName: 'astake-lookup-production-readers' });
  const { ServiceConfig: service, BuildConfig: built } = only('AWS::Lambda::WebFunctionRevision');
  expect(built).toMatchObject({ RuntimeConfig: { Runtime: 'nodejs24.x' } });
  expect(service).toMatchObject({ MaxConcurrencyPerEnvironment: 64, TimeoutSeconds: 30 });
  const reader = functionsIn(stackOf(app, 'production', 'service')).get('astake-lookup-production-get-entity');
  expect(service.EnvironmentVariables).toEqual(reader?.Properties.Environment.Variables);
  expect(only('AWS::Lambda::WebFunctionEndpoint')).toMatchObject({
    AuthType: 'ApplicationManaged',
    ThrottleConfig: { RateLimit: 1_000 },
    RevisionWeights: [{ Weight: 100 }],
  });
  expect(outputsOf(stack)).toMatchObject({ WebUrl: { Value: expect.anything() } });
  // A path is put after it.
  expect(JSON.stringify(outputsOf(stack).WebUrl)).not.toContain('"/"');
});

test('its role may do what the roles of its functions may, and no more', () => {
  const { ServiceConfig: service } = only('AWS::Lambda::WebFunctionRevision');
  const own = allowancesOfRole(stack, idIn(service.ExecutionRoleArn));
  const events = ['authorize', ...webFunctionNames].flatMap((name) =>
    allowancesOf(stackOf(app, 'production', 'service'), `astake-lookup-production-${name}`),
  );
  const wanted = new Set(
    events.filter(([action]) => !/^(?:xray|logs):/.test(action)).map((allowance) => allowance.join(' ')),
  );
  const logs = own.filter(([action]) => action.startsWith('logs:'));
  expect(new Set(own.filter((each) => !logs.includes(each)).map((allowance) => allowance.join(' ')))).toEqual(wanted);
  expect([...new Set(logs.map(([, resource]) => idIn(resource)))]).toEqual([
    idIn(service.TelemetryConfig.LoggingConfig.LogGroup),
  ]);
  expect(webFunctionNames.map((name) => functionDefinition(name).runs)).toEqual(['web', 'web']);
});

test('cdk-nag finds nothing in it', () => {
  expect(new AwsSolutionsChecks(app).validateScope(app)).toMatchObject({ success: true, violations: [] });
});
