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

/**
 * The last states of a machine that goes on after a failure: `Failed?` ends the execution as failed where one of these holds, so that
 * console and alarms show it, and as succeeded elsewhere.
 */
export const endsFailedIf = <Condition extends object>(cause: string, anyOf: readonly Condition[]) => ({
  'Failed?': { Type: 'Choice', Choices: anyOf.map((condition) => ({ ...condition, Next: 'Failed' })), Default: 'Done' },
  Failed: {
    Type: 'Fail',
    Error: 'Incomplete',
    Cause: `${cause} The failed invocation is in the log group of the state machine.`,
  },
  Done: { Type: 'Succeed' },
});

/** How an iteration of a map ends. A failed one would end all others. */
export const iterationEnds = {
  Through: { Type: 'Pass', Result: 'through', End: true },
  'Given up': { Type: 'Pass', Result: 'given up', End: true },
} as const;

/** The result of such a map. */
export const hasGivenUp = {
  ResultSelector: { 'hasGivenUp.$': "States.ArrayContains($, 'given up')" },
  ResultPath: '$.map',
} as const;

export interface State {
  readonly Type: string;
  readonly Seconds?: number;
  readonly Branches?: readonly States[];
  readonly ItemProcessor?: States;
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
