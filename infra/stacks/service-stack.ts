import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { secretsOf } from '../../lib/runtime/endpoints.ts';
import { configOf, type Environment, type Given, placeholderEndpoint, variablesOf } from '../environments.ts';
import { type FunctionName, functionDefinition, functionNames, routes } from '../manifest.ts';
import { httpApi } from './http-api.ts';
import { lambdaFunction } from './lambda-function.ts';

export interface ServiceStackProps extends StackProps {
  readonly environment: Environment;
  /** The bundle of all functions, `dist/functions`. */
  readonly code: Code;
  /** Endpoints and whatever departs from the defaults. */
  readonly given: Given;
}

/** All that holds no data: the functions of the manifest and the HTTP API before them. Can be thrown away and made anew. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { environment, code, given, ...props }: ServiceStackProps) {
    super(scope, id, props);
    const { upstreams } = configOf(environment, given);
    const secrets = secretsOf(upstreams);
    if (upstreams.length === 0) {
      Annotations.of(this).addWarningV2(
        'astake-lookup:endpoints',
        `Neither CASPER_RPC_URLS nor CASPER_UPSTREAMS is set: ${environment} would ask ${placeholderEndpoint}. Set one of them before deploying.`,
      );
    }
    const deployed = Object.fromEntries(
      functionNames.map((name) => {
        const definition = functionDefinition(name);
        return [
          name,
          lambdaFunction(this, {
            name,
            definition,
            environment,
            code,
            variables: variablesOf(definition, environment, given),
            secrets,
          }),
        ];
      }),
    ) as Record<FunctionName, ReturnType<typeof lambdaFunction>>;

    const url = httpApi(this, { environment, deployed, routes });
    new CfnOutput(this, 'ApiUrl', { value: url });
  }
}
