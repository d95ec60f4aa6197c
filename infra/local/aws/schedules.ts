import { type Schedule, type StateMachineName, schedules, stateMachines, statesOf } from '../../manifest.ts';
import type { StateMachineRunner } from './state-machine-runner.ts';

export interface ScheduleOptions {
  readonly stateMachineRunner: StateMachineRunner;
  /** The interval of each state machine's work, in seconds; 0 or left out: the schedule is off. */
  readonly paces: Readonly<Partial<Record<StateMachineName, number>>>;
}

export interface Schedules {
  /** Starts no further execution. Running executions continue. */
  stop(): void;
}

/**
 * Runs the manifest's schedules. As on AWS, an execution does not wait for the one before. With another interval than the
 * manifest's, the schedule and the waits that space its work are scaled in proportion.
 */
export async function startSchedules({ stateMachineRunner, paces }: ScheduleOptions): Promise<Schedules> {
  const due = schedules.filter(({ stateMachine }) => (paces[stateMachine] ?? 0) > 0);
  if (due.length > 0) await stateMachineRunner.ready();
  const timers = due.map((schedule) => {
    const { stateMachine, everyMinutes, paceSeconds, atOnce } = schedule;
    const scale = (paces[stateMachine] ?? 0) / paceSeconds;
    const waits = scaledWaits(schedule, scale);
    const start = (): void => void stateMachineRunner.start(stateMachine, {}, waits);
    if (atOnce) start();
    return setInterval(start, everyMinutes * 60_000 * scale).unref();
  });
  return {
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/** Wait times in milliseconds, by the names of states. */
const scaledWaits = ({ stateMachine, pacedWaits }: Schedule, scale: number): Record<string, number> =>
  Object.fromEntries(
    statesOf(stateMachines[stateMachine].definition)
      .filter(([name]) => pacedWaits.includes(name))
      .map(([name, { Seconds = 0 }]) => [name, Seconds * 1000 * scale]),
  );
