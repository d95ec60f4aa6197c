import { type FunctionName, functionDefinition } from './functions.ts';

/**
 * Amazon States Language with JSONPath. Where a function's ARN belongs stands `${its name}`: substituted on AWS, looked
 * up by the local runner.
 */
export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, object>>;
}

/** Runs a function of the manifest, for no longer than it may run. */
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

/** All states by name, those of branches and of maps too: a name is used once in a whole definition. */
export const statesOf = ({ States }: States): [string, State][] =>
  (Object.entries(States) as [string, State][]).flatMap(([name, state]) => [
    [name, state],
    ...[...(state.Branches ?? []), ...(state.ItemProcessor === undefined ? [] : [state.ItemProcessor])].flatMap(
      statesOf,
    ),
  ]);
