import { randomUUID } from 'node:crypto';
import type { StateMachineDefinition as LocalDefinition } from 'aws-local-stepfunctions';
import {
  schedules as manifestSchedules,
  type Schedule,
  type StateMachineDefinition,
  type StateMachineName,
  stateMachines,
} from '../manifest.ts';
import { type Functions, invoke } from './functions.ts';

export interface ScheduleOptions {
  readonly functions: Functions;
  /** How often the work of each is to be done, in seconds; 0: never by itself. */
  readonly paces: Readonly<Record<StateMachineName, number>>;
  readonly schedules?: readonly Schedule[];
  /** Hears of functions that failed: the state machine catches it. */
  readonly report?: (message: string, error: unknown) => void;
}

export interface Schedules {
  /** Nothing starts any more; waits for the functions that are running. */
  close(): Promise<void>;
}

/**
 * The manifest's schedules, each with a first run at once. As on AWS, a run does not wait for the one before. At another
 * pace than the manifest's both the schedule and the waits within a run are longer or shorter, in proportion.
 */
export async function startSchedules(options: ScheduleOptions): Promise<Schedules> {
  const { functions, paces, schedules = manifestSchedules, report = toStandardError } = options;
  const due = schedules.filter(({ stateMachine }) => paces[stateMachine] > 0);
  if (due.length === 0) return { close: async () => {} };
  const { StateMachine } = await import('aws-local-stepfunctions');
  const running = new Set<Promise<unknown>>();
  const executions = new Set<{ abort(): void }>();
  let closing = false;

  async function run({ FunctionName, Payload }: Invocation) {
    if (closing) throw new Error('nothing starts any more');
    const name = FunctionName.replace(/^\$\{(.+)\}$/, '$1');
    const invocation = invoke(functions, name, Payload, randomUUID()).catch((error: unknown) => {
      report(`${name} failed (scheduled)`, error);
      throw error;
    });
    return { Payload: ((await kept(invocation)) ?? null) as never };
  }

  function kept<Result>(work: Promise<Result>): Promise<Result> {
    running.add(work);
    const settled = () => void running.delete(work);
    work.then(settled, settled);
    return work;
  }

  const timers = due.map(({ stateMachine, everyMinutes, paceSeconds }) => {
    const slower = paces[stateMachine] / paceSeconds;
    const definition = stateMachines[stateMachine];
    const states = statesOf(definition);
    // What the definition must be is tested; to look at it here would take a third of a second.
    const machine = new StateMachine(definition as unknown as LocalDefinition, {
      validationOptions: { noValidate: true },
    });
    const overrides = {
      taskResourceLocalHandlers: Object.fromEntries(
        states.filter(([, { Type }]) => Type === 'Task').map(([name]) => [name, run as never]),
      ),
      waitTimeOverrides: Object.fromEntries(
        states.flatMap(([name, { Seconds }]) => (Seconds === undefined ? [] : [[name, Seconds * 1000 * slower]])),
      ),
    };
    const start = (): void => {
      const execution = machine.run({}, { overrides, noThrowOnAbort: true });
      executions.add(execution);
      const ended = execution.result
        .catch((error: unknown) => report(`${stateMachine} failed`, error))
        .finally(() => executions.delete(execution));
      kept(ended);
    };
    start();
    return setInterval(start, everyMinutes * 60_000 * slower).unref();
  });

  return {
    async close() {
      closing = true;
      for (const timer of timers) clearInterval(timer);
      for (const execution of executions) execution.abort();
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

interface Invocation {
  readonly FunctionName: string;
  readonly Payload: unknown;
}

interface State {
  readonly Type: string;
  readonly Seconds?: number;
  readonly Branches?: readonly Pick<StateMachineDefinition, 'States'>[];
}

/** All states by name, those of branches too: a name is used once in a whole definition. */
const statesOf = ({ States }: Pick<StateMachineDefinition, 'States'>): [string, State][] =>
  (Object.entries(States) as [string, State][]).flatMap(([name, state]) => [
    [name, state],
    ...(state.Branches ?? []).flatMap(statesOf),
  ]);

const toStandardError = (message: string, error: unknown): void => console.error(message, error);
