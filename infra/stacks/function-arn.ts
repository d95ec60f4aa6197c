import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { liveFunction } from '../../lib/runtime/names.ts';

/**
 * The ARN of a function's version in use, built from its name: a reference would tie stacks together, and functions that invoke each
 * other into a circle.
 */
export const functionArn = (stack: Stack, environment: string, name: string): string =>
  stack.formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: liveFunction(environment, name),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
