import { randomUUID } from 'node:crypto';
import type { StateMachineDefinition as LocalDefinition, RunOptions } from 'aws-local-stepfunctions';
import { stateMachineName } from '../../../lib/runtime/names.ts';
import { type StateMachineName, stateMachines, statesOf } from '../../manifest.ts';
import { type Functions, invokeFunction } from './functions.ts';

export interface StateMachineRunnerOptions {
  readonly functions: Functions;
  /** Gets the errors of functions, which the state machine may catch, and of executions. */
  readonly report?: (message: string, error: unknown) => void;
}

export interface StateMachineExecution {
  /** Resolves when the execution has ended, whether it succeeded or failed. */
  readonly ended: Promise<void>;
}

export interface StateMachineRunner {
  /** Loads the interpreter, which takes a third of a second. Otherwise the first start loads it. */
  ready(): Promise<void>;
  /**
   * Resolves when the execution has started. `waits` replaces the definition's wait times: milliseconds by the names of
   * states.
   */
  start(
    name: StateMachineName,
    input: object,
    waits?: Readonly<Record<string, number>>,
  ): Promise<StateMachineExecution>;
  /** Stops all executions and waits for running functions. */
  close(): Promise<void>;
}

/** Runs the manifest's state machines in this process. */
export function createStateMachineRunner({
  functions,
  report = toStandardError,
}: StateMachineRunnerOptions): StateMachineRunner {
  const running = new Set<Promise<unknown>>();
  const executions = new Set<{ abort(): void }>();
  let closing = false;
  let loaded: Promise<typeof import('aws-local-stepfunctions')> | undefined;

  const load = () => {
    loaded ??= import('aws-local-stepfunctions');
    return loaded;
  };

  function tasksOf(stateMachine: StateMachineName): TaskHandlers {
    async function run({ FunctionName, Payload }: Invocation) {
      if (closing) throw new Error('the local stack is shutting down');
      const name = FunctionName.replace(/^\$\{(.+)\}$/, '$1');
      const invocation = invokeFunction(functions, name, Payload, randomUUID()).catch((error: unknown) => {
        report(`${name} failed (${stateMachine})`, error);
        throw error;
      });
      return { Payload: (await track(invocation)) ?? null };
    }
    const tasks = statesOf(stateMachines[stateMachine].definition).filter(([, { Type }]) => Type === 'Task');
    return Object.fromEntries(tasks.map(([state]) => [state, run as never]));
  }

  /** `close` waits for the work. */
  function track<Result>(work: Promise<Result>): Promise<Result> {
    running.add(work);
    const remove = () => void running.delete(work);
    work.then(remove, remove);
    return work;
  }

  return {
    ready: async () => void (await load()),

    async start(name, input, waits = {}) {
      const { StateMachine } = await load();
      // Tests validate the definitions. Validating here would take a third of a second.
      const stateMachine = new StateMachine(stateMachines[name].definition as unknown as LocalDefinition, {
        validationOptions: { noValidate: true },
      });
      const overrides = { taskResourceLocalHandlers: tasksOf(name), waitTimeOverrides: { ...waits } };
      const execution = stateMachine.run({ ...input }, { overrides, noThrowOnAbort: true });
      executions.add(execution);
      if (closing) execution.abort();
      const ended = execution.result
        .then(
          () => {},
          (error: unknown) => report(`${name} failed`, error),
        )
        .finally(() => executions.delete(execution));
      return { ended: track(ended) };
    },

    async close() {
      closing = true;
      for (const execution of executions) execution.abort();
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

/** The ARN of a state machine in a local run. */
export const localStateMachineArn = (name: StateMachineName): string =>
  `arn:aws:states:local:000000000000:stateMachine:${stateMachineName('local', name)}`;

type TaskHandlers = NonNullable<NonNullable<RunOptions['overrides']>['taskResourceLocalHandlers']>;

interface Invocation {
  readonly FunctionName: string;
  readonly Payload: unknown;
}

const toStandardError = (message: string, error: unknown): void => console.error(message, error);
