import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { stateMachineName } from '../../lib/runtime/names.ts';

/**
 * The ARN of a state machine, built from its name. A reference would be a circle: the state machine refers to functions,
 * and one of these functions needs the state machine's ARN.
 */
export const stateMachineArn = (stack: Stack, environment: string, name: string): string =>
  stack.formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: stateMachineName(environment, name),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
