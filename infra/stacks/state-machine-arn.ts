import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { machineName } from '../../lib/runtime/names.ts';
import type { StateMachineName } from '../manifest.ts';

/** By its name, which follows from the environment: so a function may know a state machine that runs functions. */
export const machineArn = (stack: Stack, environment: string, name: StateMachineName): string =>
  ofMachine(stack, 'stateMachine', machineName(environment, name));

/** Of all executions of a state machine. */
export const executionsArn = (stack: Stack, environment: string, name: StateMachineName): string =>
  ofMachine(stack, 'execution', `${machineName(environment, name)}:*`);

const ofMachine = (stack: Stack, resource: string, resourceName: string): string =>
  stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
