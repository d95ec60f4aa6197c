import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { stateMachineName } from '../../lib/runtime/names.ts';
import type { StateMachineName } from '../manifest.ts';

/**
 * The ARN of a state machine, built from its name. A reference would be a circle: the state machine refers to functions,
 * and one of these functions needs the state machine's ARN.
 */
export const stateMachineArn = (stack: Stack, environment: string, name: string): string =>
  statesArn(stack, 'stateMachine', stateMachineName(environment, name));

/** The ARN pattern of all executions of a state machine. */
export const executionsArn = (stack: Stack, environment: string, name: StateMachineName): string =>
  statesArn(stack, 'execution', `${stateMachineName(environment, name)}:*`);

const statesArn = (stack: Stack, resource: string, resourceName: string): string =>
  stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
