import { type FunctionName, functionDefinition } from './functions.ts';

/**
 * Amazon States Language with JSONPath. `${function name}` stands for a function's ARN: CDK substitutes it, and the local
 * runner looks the function up by its name.
 */
export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, object>>;
}

/** A task that invokes a function of the manifest; the task's time-out is the function's time-out. */
export const invoke = <Input extends { Payload: object } | { 'Payload.$': string }>(
  name: FunctionName,
  input: Input,
) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: `\${${name}}`, ...input },
  TimeoutSeconds: functionDefinition(name).timeoutSeconds,
});

export interface State {
  readonly Type: string;
  readonly Seconds?: number;
  readonly Branches?: readonly States[];
  readonly ItemProcessor?: States & { readonly ProcessorConfig?: { readonly Mode: string } };
}

type States = Pick<StateMachineDefinition, 'States'>;

/** All states by name, including those of branches and maps: each name is used once in a definition. */
export const statesOf = ({ States }: States): [string, State][] =>
  (Object.entries(States) as [string, State][]).flatMap(([name, state]) => [
    [name, state],
    ...[...(state.Branches ?? []), ...(state.ItemProcessor === undefined ? [] : [state.ItemProcessor])].flatMap(
      statesOf,
    ),
  ]);
