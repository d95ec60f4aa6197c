import { Duration, RemovalPolicy, type Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as gateway from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpIamAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { CorsRules } from '../../lib/runtime/cors.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { type Environment, environments } from '../environments.ts';
import { type FunctionName, iamRolesFor, isOpen, methodsOf, type Reads, type Route } from '../manifest.ts';
import { invokePolicies } from './invoke-policies.ts';

export interface HttpApiProps {
  readonly environment: Environment;
  readonly deployed: Readonly<Record<FunctionName, IFunction>>;
  readonly routes: readonly Route[];
  /** undefined: no page of another origin can use the API. */
  readonly cors: CorsRules | undefined;
  readonly reads: Reads;
  /** What operators and auditors authenticate with: keys and tokens like everyone, or IAM. */
  readonly operatorAuth: 'keys' | 'iam';
}

/** Creates the API with its routes; returns the API's URL. */
export function httpApi(
  stack: Stack,
  { environment, deployed, routes, cors, reads, operatorAuth }: HttpApiProps,
): string {
  const { throttle, logRetentionDays } = environments[environment];
  const api = new gateway.HttpApi(stack, 'api', {
    apiName: namePrefix(environment),
    createDefaultStage: false,
    ...(cors !== undefined && { corsPreflight: preflightOf(cors) }),
  });
  const logGroup = new LogGroup(stack, 'api-logs', {
    logGroupName: `/aws/apigateway/${namePrefix(environment)}`,
    retention: logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const stage = new gateway.HttpStage(stack, 'stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: throttle.requestsPerSecond, burstLimit: throttle.burst },
    accessLogSettings: { destination: new gateway.LogGroupLogDestination(logGroup), format: accessLog },
  });

  const integrations = new Map<FunctionName, HttpLambdaIntegration>();
  const integrationOf = (name: FunctionName): HttpLambdaIntegration => {
    // One permission for each function, and not for each route: a stack holds at most 500 resources.
    const known =
      integrations.get(name) ??
      new HttpLambdaIntegration(`${name}-integration`, deployed[name], { scopePermissionToRoute: false });
    integrations.set(name, known);
    return known;
  };
  // Rule ACCESS-27.
  const iam = new HttpIamAuthorizer();
  const authorizer = new HttpLambdaAuthorizer('authorizer', deployed.authorize, {
    authorizerName: `${namePrefix(environment)}-authorize`,
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    // Rule ACCESS-26: with an identity source, API Gateway itself would refuse a request without the header, and without a challenge; and
    // without an identity source it keeps no results. The function keeps them, for the time of rule ACCESS-2.
    identitySource: [],
    resultsCacheTtl: Duration.seconds(0),
  });
  for (const route of routes) {
    for (const method of methodsOf(route)) {
      const open = isOpen(route.audience, reads);
      const guard = operatorAuth === 'iam' && iamRolesFor(route.audience).length > 0 ? iam : authorizer;
      const created = new gateway.HttpRoute(stack, `${method} ${route.path}`, {
        httpApi: api,
        routeKey:
          route.path === '$default'
            ? gateway.HttpRouteKey.DEFAULT
            : gateway.HttpRouteKey.with(route.path, gateway.HttpMethod[method]),
        integration: integrationOf(route.function),
        authorizer: open ? new gateway.HttpNoneAuthorizer() : guard,
      });
      if (open) {
        Validations.of(created).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason: `${method} ${route.path} returns public chain data or the service's health. By contract its audience is ${route.audience}.`,
        });
      }
    }
  }
  if (operatorAuth === 'iam') invokePolicies(stack, { environment, api, routes });
  return stage.url;
}

/** API Gateway answers preflight requests by itself, and adds the headers to every answer, its own refusals too. */
const preflightOf = ({ origins, methods, requestHeaders, exposedHeaders, maxAgeSeconds }: CorsRules) => ({
  allowOrigins: [...origins],
  allowMethods: methods.map((method) => gateway.CorsHttpMethod[method as keyof typeof gateway.CorsHttpMethod]),
  allowHeaders: [...requestHeaders],
  exposeHeaders: [...exposedHeaders],
  maxAge: Duration.seconds(maxAgeSeconds),
});

/** Query and headers are not logged: they may contain personal data or credentials. */
const accessLog = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    requestTime: '$context.requestTime',
    routeKey: '$context.routeKey',
    status: '$context.status',
    responseLength: '$context.responseLength',
    responseLatency: '$context.responseLatency',
    integrationError: '$context.integrationErrorMessage',
  }),
);
