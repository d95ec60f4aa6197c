import { randomUUID } from 'node:crypto';
import type { StateMachineDefinition as LocalDefinition, RunOptions } from 'aws-local-stepfunctions';
import { machineName } from '../../../lib/runtime/names.ts';
import { type StateMachineName, stateMachines, statesOf } from '../../manifest.ts';
import { type Functions, invokeFunction } from './functions.ts';

export interface StateMachinesOptions {
  readonly functions: Functions;
  /** Hears of functions that failed, of which the state machine makes what it will, and of executions that did. */
  readonly report?: (message: string, error: unknown) => void;
}

export interface MachineExecution {
  /** Resolves however it ended. */
  readonly ended: Promise<void>;
}

export interface StateMachines {
  /** Loads what runs them, which takes a third of a second: else the first start waits for it. */
  ready(): Promise<void>;
  /** Answers when it has begun. `waits`, in milliseconds by the names of states, are instead of what the definition says. */
  start(name: StateMachineName, input: object, waits?: Readonly<Record<string, number>>): Promise<MachineExecution>;
  /** Nothing starts any more; waits for the functions that are running. */
  close(): Promise<void>;
}

/** The manifest's state machines, in this process. A map that is distributed on AWS runs here beside the rest. */
export function createStateMachines({ functions, report = toStandardError }: StateMachinesOptions): StateMachines {
  const running = new Set<Promise<unknown>>();
  const executions = new Set<{ abort(): void }>();
  let closing = false;
  let loaded: Promise<typeof import('aws-local-stepfunctions')> | undefined;

  const load = () => {
    loaded ??= import('aws-local-stepfunctions');
    return loaded;
  };

  function tasksOf(machine: StateMachineName): TaskHandlers {
    async function run({ FunctionName, Payload }: Invocation) {
      if (closing) throw new Error('nothing starts any more');
      const name = FunctionName.replace(/^\$\{(.+)\}$/, '$1');
      const invocation = invokeFunction(functions, name, Payload, randomUUID()).catch((error: unknown) => {
        report(`${name} failed (${machine})`, error);
        throw error;
      });
      return { Payload: (await kept(invocation)) ?? null };
    }
    const tasks = statesOf(stateMachines[machine].definition).filter(([, { Type }]) => Type === 'Task');
    return Object.fromEntries(tasks.map(([state]) => [state, run as never]));
  }

  function kept<Result>(work: Promise<Result>): Promise<Result> {
    running.add(work);
    const settled = () => void running.delete(work);
    work.then(settled, settled);
    return work;
  }

  return {
    ready: async () => void (await load()),

    async start(name, input, waits = {}) {
      const { StateMachine } = await load();
      // What the definition must be is tested; to look at it here would take a third of a second.
      const machine = new StateMachine(stateMachines[name].definition as unknown as LocalDefinition, {
        validationOptions: { noValidate: true },
      });
      const overrides = { taskResourceLocalHandlers: tasksOf(name), waitTimeOverrides: { ...waits } };
      const execution = machine.run({ ...input }, { overrides, noThrowOnAbort: true });
      executions.add(execution);
      if (closing) execution.abort();
      const ended = execution.result
        .then(
          () => {},
          (error: unknown) => report(`${name} failed`, error),
        )
        .finally(() => executions.delete(execution));
      return { ended: kept(ended) };
    },

    async close() {
      closing = true;
      for (const execution of executions) execution.abort();
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

/** What stands for a state machine's ARN in a local run. */
export const localMachineArn = (name: StateMachineName): string =>
  `arn:aws:states:local:000000000000:stateMachine:${machineName('local', name)}`;

type TaskHandlers = NonNullable<NonNullable<RunOptions['overrides']>['taskResourceLocalHandlers']>;

interface Invocation {
  readonly FunctionName: string;
  readonly Payload: unknown;
}

const toStandardError = (message: string, error: unknown): void => console.error(message, error);
