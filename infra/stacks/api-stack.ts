import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { corsRules } from '../../lib/runtime/cors.ts';
import type { ApiDomain } from '../edge-settings.ts';
import { configOf, type DeployEnv, type Environment, type Settings } from '../environments.ts';
import { type FunctionName, functionNames, routes } from '../manifest.ts';
import { functionArn } from './function-arn.ts';
import { httpApi } from './http-api.ts';

export interface ApiStackProps extends StackProps {
  readonly environment: Environment;
  readonly settings: Settings;
  /** For origins, audiences and what operators authenticate with. */
  readonly deployEnv: DeployEnv;
  /** The name that the API answers under; undefined: that of AWS. */
  readonly domain: ApiDomain | undefined;
}

/**
 * The HTTP API with its routes, its authorizer and its access log. A stack holds at most 500 resources, and this is about half of all. It
 * names the functions of the service stack, and nothing of that stack is exported to it.
 */
export class ApiStack extends Stack {
  /** The id of the HTTP API. */
  readonly apiId: string;

  constructor(scope: Construct, id: string, { environment, settings, deployEnv, domain, ...props }: ApiStackProps) {
    super(scope, id, props);
    const { corsOrigins, reads, operatorAuth } = configOf(environment, settings, deployEnv);
    const deployed = Object.fromEntries(
      functionNames.map((name) => [
        name,
        LambdaFunction.fromFunctionAttributes(this, name, {
          functionArn: functionArn(this, environment, name),
          sameEnvironment: true,
        }),
      ]),
    ) as Record<FunctionName, IFunction>;
    const { url, apiId } = httpApi(this, {
      environment,
      throttle: settings.throttle,
      deployed,
      routes,
      cors: corsRules(corsOrigins),
      reads,
      operatorAuth,
      domain,
    });
    this.apiId = apiId;
    new CfnOutput(this, 'ApiUrl', { value: url });
  }
}
