import { describe, expect, test } from '@jest/globals';
import { environmentNames, profiles } from '../../infra/environments.ts';
import { methodsOf, type Route, routeSettings, routes } from '../../infra/manifest.ts';
import { appOf, type Resource, resourcesOf, stackOf } from './template.ts';

const app = appOf({ CASPER_RPC_URLS: 'https://node.example/rpc' });

const stageOf = (environment: (typeof environmentNames)[number]): Resource => {
  const [stage] = [...resourcesOf(stackOf(app, environment, 'api'), 'AWS::ApiGatewayV2::Stage').values()];
  if (stage === undefined) throw new Error('there is no stage');
  return stage;
};

const keysOf = (route: Route): string[] => methodsOf(route).map((method) => `${method} ${route.path}`);

describe.each(environmentNames)('the stage of %s', (environment) => {
  const { throttle } = profiles[environment];
  const { Properties, DependsOn } = stageOf(environment);
  const settings: Record<string, Record<string, unknown>> = Properties.RouteSettings;
  const rateOf = (key: string) => settings[key]?.ThrottlingRateLimit ?? throttle.requestsPerSecond;

  test('limits what reads many entities at once, what asks every node, and what operators do', () => {
    expect(rateOf('POST /v1/lookup')).toBe(throttle.requestsPerSecond / 50);
    expect(rateOf('POST /v1/accounts/{id}/refresh')).toBe(throttle.requestsPerSecond / 50);
    expect([rateOf('GET /v1/health'), rateOf('HEAD /v1/health')]).toEqual([5, 5]);
    for (const route of routes.filter(({ path }) => path !== '/v1/health'))
      for (const key of keysOf(route).filter((one) => !/lookup|refresh/.test(one)))
        expect([key, rateOf(key)]).toEqual([
          key,
          { operator: 10, auditor: 10, writer: throttle.requestsPerSecond / 10 }[route.audience as string] ??
            throttle.requestsPerSecond,
        ]);
  });

  test('gives each of these routes all three settings: a left out one would be that of the account', () => {
    for (const [key, own] of Object.entries(settings)) {
      expect([key, Object.keys(own).sort()]).toEqual([
        key,
        ['DetailedMetricsEnabled', 'ThrottlingBurstLimit', 'ThrottlingRateLimit'],
      ]);
      expect(own.ThrottlingRateLimit).toBeLessThanOrEqual(throttle.requestsPerSecond);
      expect(own.ThrottlingBurstLimit).toBeLessThanOrEqual(throttle.burst);
      expect(own.ThrottlingBurstLimit).toBeGreaterThanOrEqual(10);
    }
  });

  test('measures the routes of readers and writers one by one, and no others', () => {
    const measured = Object.keys(settings).filter((key) => settings[key]?.DetailedMetricsEnabled === true);
    expect(measured).toEqual(expect.arrayContaining(['GET /v1/assets/{collection}/{tokenId}', 'POST /v1/lookup']));
    expect(measured).toEqual(expect.arrayContaining(['GET /v1/changes', 'POST /v1/transactions']));
    expect(measured.filter((key) => /^HEAD |health|history|local|webhooks|keys|audit/.test(key))).toEqual([]);
    // Six metrics of a route cost $1.80 a month at most.
    expect(measured.length).toBeLessThanOrEqual(20);
  });

  test('is made after the routes that it names', () => {
    const made = resourcesOf(stackOf(app, environment, 'api'), 'AWS::ApiGatewayV2::Route');
    const before = (DependsOn ?? []).map((id) => made.get(id)?.Properties.RouteKey);
    expect(before).toEqual(expect.arrayContaining(Object.keys(settings)));
    const known = new Set(routes.flatMap(keysOf));
    expect(Object.keys(settings).filter((key) => !known.has(key))).toEqual([]);
  });

  test('logs who has called what, and neither query nor headers', () => {
    const format = JSON.parse(Properties.AccessLogSettings.Format);
    expect(format).toMatchObject({
      caller: '$context.authorizer.caller',
      userArn: '$context.identity.userArn',
      sourceIp: '$context.identity.sourceIp',
    });
    // What a caller has written cannot hide what stands before it.
    expect(Object.keys(format).at(-1)).toBe('userAgent');
    expect(JSON.stringify(format)).not.toMatch(/querystring|header|\$context\.path\b/i);
  });
});

test('a limit of a route is never above that of the stage', () => {
  const low = routeSettings({ requestsPerSecond: 2, burst: 4 });
  expect(Math.max(...[...low.values()].map(({ requestsPerSecond }) => requestsPerSecond))).toBe(2);
  expect(Math.max(...[...low.values()].map(({ burst }) => burst))).toBe(4);
});
