import { Aws, Duration, type Stack, Validations } from 'aws-cdk-lib';
import * as gateway from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpIamAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { CorsRules } from '../../lib/runtime/cors.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import type { ApiDomain } from '../edge-settings.ts';
import type { Environment, Settings } from '../environments.ts';
import {
  type FunctionName,
  iamRolesFor,
  isOpen,
  methodsOf,
  type Reads,
  type Route,
  routeSettings,
} from '../manifest.ts';
import { accessLog } from './access-log.ts';
import { apiDomain } from './api-domain.ts';
import { invokePolicies } from './invoke-policies.ts';

export interface HttpApiProps {
  readonly environment: Environment;
  readonly throttle: Settings['throttle'];
  readonly deployed: Readonly<Record<FunctionName, IFunction>>;
  readonly routes: readonly Route[];
  /** undefined: no page of another origin can use the API. */
  readonly cors: CorsRules | undefined;
  readonly reads: Reads;
  /** What operators and auditors authenticate with: keys and tokens like everyone, or IAM. */
  readonly operatorAuth: 'keys' | 'iam';
  readonly domain?: ApiDomain | undefined;
}

/** Creates the API with its routes. */
export function httpApi(
  stack: Stack,
  { environment, throttle, deployed, routes, cors, reads, operatorAuth, domain }: HttpApiProps,
): { readonly url: string; readonly apiId: string } {
  const api = new gateway.HttpApi(stack, 'api', {
    apiName: namePrefix(environment),
    createDefaultStage: false,
    // Under one name only: what guards that name cannot be gone round.
    disableExecuteApiEndpoint: domain !== undefined,
    ...(cors !== undefined && { corsPreflight: preflightOf(cors) }),
  });
  const stage = new gateway.HttpStage(stack, 'stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: throttle.requestsPerSecond, burstLimit: throttle.burst },
    accessLogSettings: accessLog(stack, environment),
    ...(domain !== undefined && { domainMapping: { domainName: apiDomain(stack, domain) } }),
  });
  const settings = routeSettings(throttle, routes);
  const cfnStage = stage.node.defaultChild as gateway.CfnStage;

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
      // API Gateway refuses the settings of a route that is not there yet.
      if (settings.has(`${method} ${route.path}`))
        cfnStage.addResourceDependency(created.node.defaultChild as gateway.CfnRoute);
      if (open) {
        Validations.of(created).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason: `${method} ${route.path} returns public chain data or the service's health. By contract its audience is ${route.audience}.`,
        });
      }
    }
  }
  cfnStage.routeSettings = Object.fromEntries(
    [...settings].map(([key, { requestsPerSecond, burst, isMeasured }]) => [
      key,
      // All three: for a setting that is left out, that of the account would apply, and not that of the stage.
      {
        ThrottlingRateLimit: requestsPerSecond,
        ThrottlingBurstLimit: burst,
        DetailedMetricsEnabled: isMeasured,
      },
    ]),
  );
  if (operatorAuth === 'iam') invokePolicies(stack, { environment, api, routes });
  // Without a slash at its end: paths begin with one, and the gateway has no route for two.
  const host = domain?.name ?? `${api.apiId}.execute-api.${stack.region}.${Aws.URL_SUFFIX}`;
  return { url: `https://${host}`, apiId: api.apiId };
}

/** API Gateway answers preflight requests by itself, and adds the headers to every answer, its own refusals too. */
const preflightOf = ({ origins, methods, requestHeaders, exposedHeaders, maxAgeSeconds }: CorsRules) => ({
  allowOrigins: [...origins],
  allowMethods: methods.map((method) => gateway.CorsHttpMethod[method as keyof typeof gateway.CorsHttpMethod]),
  allowHeaders: [...requestHeaders],
  exposeHeaders: [...exposedHeaders],
  maxAge: Duration.seconds(maxAgeSeconds),
});
