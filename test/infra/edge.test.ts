import { describe, expect, test } from '@jest/globals';
import type { App, Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { edgeFunction } from '../../infra/stacks/edge-function.ts';
import { InvalidConfig } from '../../lib/runtime/config.ts';
import { appOf, functionsIn, outputsOf, resourcesOf, stackOf } from './template.ts';

const nodes = { CASPER_RPC_URLS: 'https://node.example/rpc' };
const named = {
  ...nodes,
  ASTAKE_DOMAIN: 'api.lookup.example',
  ASTAKE_CERTIFICATE_ARN: 'arn:aws:acm:eu-central-1:000000000001:certificate/one',
};
const key = 'k'.repeat(40);
const fronted = {
  ...named,
  ASTAKE_EDGE_DOMAIN: 'lookup.example',
  ASTAKE_EDGE_CERTIFICATE_ARN: 'arn:aws:acm:us-east-1:000000000001:certificate/two',
  ASTAKE_EDGE_KEY: key,
};
const context = { environment: 'production' };
const only = (stack: Stack, type: string) => {
  const [first, ...others] = [...resourcesOf(stack, type).values()];
  expect([first?.Type, others]).toEqual([type, []]);
  return first?.Properties;
};
const edgeOf = (app: App): Stack => app.node.findChild('astake-lookup-production-edge') as Stack;

test('without a domain the API has the name that AWS gives it, and nothing is in front', () => {
  const app = appOf(nodes, context);
  const api = stackOf(app, 'production', 'api');
  expect(app.node.tryFindChild('astake-lookup-production-edge')).toBeUndefined();
  expect(resourcesOf(api, 'AWS::ApiGatewayV2::DomainName').size).toBe(0);
  expect(only(api, 'AWS::ApiGatewayV2::Api').DisableExecuteApiEndpoint).not.toBe(true);
});

test('with a domain the API answers under this name alone', () => {
  const app = appOf(named, context);
  const api = stackOf(app, 'production', 'api');
  expect(only(api, 'AWS::ApiGatewayV2::Api').DisableExecuteApiEndpoint).toBe(true);
  expect(only(api, 'AWS::ApiGatewayV2::DomainName')).toMatchObject({
    DomainName: named.ASTAKE_DOMAIN,
    DomainNameConfigurations: [{ CertificateArn: named.ASTAKE_CERTIFICATE_ARN, EndpointType: 'REGIONAL' }],
  });
  expect(only(api, 'AWS::ApiGatewayV2::ApiMapping')).toMatchObject({ Stage: expect.anything() });
  expect(outputsOf(api)).toMatchObject({
    ApiUrl: { Value: 'https://api.lookup.example' },
    DomainTarget: { Value: expect.anything() },
  });
  expect(app.node.tryFindChild('astake-lookup-production-edge')).toBeUndefined();
});

describe('with CloudFront in front', () => {
  const app = appOf(fronted, context);
  const stack = edgeOf(app);
  const { DistributionConfig: distribution } = only(stack, 'AWS::CloudFront::Distribution');

  test('there is a stack of its own, in the region that CloudFront demands, after the API', () => {
    expect(stack.region).toBe('us-east-1');
    expect(stack.dependencies.map(({ stackName }) => stackName)).toEqual(['astake-lookup-production-api']);
    expect(stackOf(app, 'production', 'api').region).not.toBe('us-east-1');
    expect(new AwsSolutionsChecks(app).validateScope(app)).toMatchObject({ success: true, violations: [] });
  });

  test('rule LIMIT-13: it asks the API by https under its own name, and shows the key that the functions know', () => {
    expect(distribution.Aliases).toEqual(['lookup.example']);
    expect(distribution.ViewerCertificate).toMatchObject({
      AcmCertificateArn: fronted.ASTAKE_EDGE_CERTIFICATE_ARN,
      MinimumProtocolVersion: 'TLSv1.2_2021',
    });
    expect(distribution.Origins).toMatchObject([
      {
        DomainName: 'api.lookup.example',
        CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginReadTimeout: 35 },
        OriginCustomHeaders: [{ HeaderName: 'x-astake-edge', HeaderValue: key }],
      },
    ]);
    for (const { Properties } of functionsIn(stackOf(app, 'production', 'service')).values())
      expect(Properties.Environment.Variables.ASTAKE_EDGE_KEY).toBe(key);
    expect(JSON.stringify(outputsOf(stack))).not.toContain(key);
  });

  test('every method reaches the API, with all headers but the host', () => {
    expect(distribution.DefaultCacheBehavior).toMatchObject({
      AllowedMethods: expect.arrayContaining(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']),
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      ViewerProtocolPolicy: 'https-only',
      Compress: false,
    });
    expect(distribution.CacheBehaviors).toBeUndefined();
  });

  test('rule ACCESS-30: its cache keeps callers and what they ask for apart, ten seconds at most, and errors not at all', () => {
    const { CachePolicyConfig: policy } = only(stack, 'AWS::CloudFront::CachePolicy');
    expect(policy).toMatchObject({ MinTTL: 0, DefaultTTL: 0, MaxTTL: 10 });
    expect(policy.ParametersInCacheKeyAndForwardedToOrigin).toMatchObject({
      HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Authorization', 'x-astake-asked'] },
      QueryStringsConfig: { QueryStringBehavior: 'all' },
      CookiesConfig: { CookieBehavior: 'none' },
    });
    expect(distribution.CustomErrorResponses).toEqual(
      [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504].map((ErrorCode) => ({
        ErrorCode,
        ErrorCachingMinTTL: 0,
      })),
    );
  });

  test('pages of other origins get the answer for their own origin', () => {
    const withOrigins = edgeOf(appOf({ ...fronted, ASTAKE_CORS_ORIGINS: 'https://app.example' }, context));
    const { CachePolicyConfig: policy } = only(withOrigins, 'AWS::CloudFront::CachePolicy');
    expect(policy.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig.Headers).toContain('Origin');
  });

  test('a flood from one address is answered 429', () => {
    const acl = only(stack, 'AWS::WAFv2::WebACL');
    expect(acl).toMatchObject({ Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} } });
    expect(acl.Rules).toMatchObject([
      {
        Statement: { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 60_000, EvaluationWindowSec: 300 } },
        Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
      },
    ]);
    expect(distribution.WebACLId).toEqual({ 'Fn::GetAtt': [expect.any(String), 'Arn'] });
    const low = edgeOf(appOf({ ...fronted, ASTAKE_EDGE_REQUESTS: '500' }, context));
    expect(only(low, 'AWS::WAFv2::WebACL').Rules[0].Statement.RateBasedStatement.Limit).toBe(500);
  });

  test('callers are logged for a week, without path and query', () => {
    expect(only(stack, 'AWS::Logs::LogGroup')).toMatchObject({
      LogGroupName: '/aws/vendedlogs/cloudfront/astake-lookup-production',
      RetentionInDays: 7,
    });
    const { RecordFields } = only(stack, 'AWS::Logs::Delivery');
    expect(RecordFields).toContain('c-ip');
    expect(RecordFields.filter((name: string) => /uri|query|cookie|referer/i.test(name))).toEqual([]);
  });

  test('answers of CloudFront itself say https, and no caller gets what another one has left of its limit', () => {
    const { ResponseHeadersPolicyConfig: headers } = only(stack, 'AWS::CloudFront::ResponseHeadersPolicy');
    expect(headers).toMatchObject({
      SecurityHeadersConfig: { StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000 } },
      RemoveHeadersConfig: { Items: [{ Header: 'RateLimit' }, { Header: 'RateLimit-Policy' }] },
    });
  });
});

test.each([
  [undefined, 'nothing'],
  [{ value: ' No-Transform' }, 'nothing'],
  [{ value: 'no-cache' }, 'no-cache'],
  // A header that is sent twice.
  [{ value: 'no-transform', multiValue: [{ value: 'no-transform' }, { value: 'no-cache' }] }, 'no-transform, no-cache'],
])('the function at CloudFront says of the request header %j that it asks for %s, and who calls', (sent, asked) => {
  const handler = new Function(`${edgeFunction}; return handler;`)();
  const forged = { 'x-astake-asked': { value: 'nothing' }, 'x-astake-viewer': { value: '192.0.2.9' } };
  const headers = { ...forged, ...(sent !== undefined && { 'cache-control': sent }) };
  const { headers: got } = handler({ request: { headers }, viewer: { ip: '192.0.2.1' } });
  expect(got).toEqual({ ...headers, 'x-astake-asked': { value: asked }, 'x-astake-viewer': { value: '192.0.2.1' } });
});

test.each([
  [{ ASTAKE_DOMAIN: 'lookup.example' }, 'must be set together'],
  [{ ...named, ASTAKE_DOMAIN: 'https://lookup.example' }, 'a host name'],
  [{ ...named, ASTAKE_CERTIFICATE_ARN: 'arn:aws:iam::000000000001:role/one' }, 'the ARN of a certificate'],
  [{ ...fronted, ASTAKE_EDGE_CERTIFICATE_ARN: named.ASTAKE_CERTIFICATE_ARN }, 'in us-east-1'],
  [{ ...fronted, ASTAKE_DOMAIN: '', ASTAKE_CERTIFICATE_ARN: '' }, 'needs ASTAKE_DOMAIN'],
  [{ ...fronted, ASTAKE_EDGE_DOMAIN: fronted.ASTAKE_DOMAIN }, 'two names'],
  [{ ...fronted, ASTAKE_EDGE_KEY: '' }, 'ASTAKE_EDGE_KEY must be set together'],
  [{ ...named, ASTAKE_EDGE_KEY: key }, 'ASTAKE_EDGE_KEY must be set together'],
  [{ ...fronted, ASTAKE_EDGE_KEY: 'short' }, '32'],
  [{ ...fronted, ASTAKE_EDGE_REQUESTS: 'many' }, 'a whole number'],
])('synthesis refuses %j', (env, problem) => {
  expect(() => appOf({ ...nodes, ...env }, context)).toThrow(InvalidConfig);
  expect(() => appOf({ ...nodes, ...env }, context)).toThrow(problem);
});

test('a domain is of one environment', () => {
  expect(() => appOf(named)).toThrow('ASTAKE_DOMAIN is for one environment');
});
