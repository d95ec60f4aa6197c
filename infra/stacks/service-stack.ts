import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type Environment, placeholderEndpoint, variablesOf } from '../environments.ts';
import { type FunctionName, functionDefinition, functionNames, routes } from '../manifest.ts';
import { httpApi } from './http-api.ts';
import { lambdaFunction } from './lambda-function.ts';

export interface ServiceStackProps extends StackProps {
  readonly environment: Environment;
  /** The bundle of all functions, `dist/functions`. */
  readonly code: Code;
  /** The variables of whoever synthesises: endpoints and whatever departs from the defaults. */
  readonly given: Readonly<Record<string, string | undefined>>;
}

/** All that holds no data: the functions of the manifest and the HTTP API before them. Can be thrown away and made anew. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { environment, code, given, ...props }: ServiceStackProps) {
    super(scope, id, props);
    if (!given.CASPER_RPC_URLS) {
      Annotations.of(this).addWarningV2(
        'astake-lookup:endpoints',
        `CASPER_RPC_URLS is not set: ${environment} would ask ${placeholderEndpoint}. Set it before deploying.`,
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
          }),
        ];
      }),
    ) as Record<FunctionName, ReturnType<typeof lambdaFunction>>;

    const url = httpApi(this, { environment, deployed, routes });
    new CfnOutput(this, 'ApiUrl', { value: url });
  }
}
