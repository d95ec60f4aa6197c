import {
  schedules as manifestSchedules,
  type Schedule,
  type StateMachineName,
  stateMachines,
  statesOf,
} from '../../manifest.ts';
import type { StateMachines } from './state-machines.ts';

export interface ScheduleOptions {
  readonly machines: StateMachines;
  /** How often the work of each is to be done, in seconds; 0: never by itself. */
  readonly paces: Readonly<Record<StateMachineName, number>>;
  readonly schedules?: readonly Schedule[];
}

export interface Schedules {
  /** Starts nothing more; what was started goes on. */
  stop(): void;
}

/**
 * The manifest's schedules. As on AWS, a run does not wait for the one before. At another pace than the manifest's the
 * schedule, and the waits that space its work, are longer or shorter in proportion.
 */
export async function startSchedules(options: ScheduleOptions): Promise<Schedules> {
  const { machines, paces, schedules = manifestSchedules } = options;
  const due = schedules.filter(({ stateMachine }) => paces[stateMachine] > 0);
  if (due.length > 0) await machines.ready();
  const timers = due.map((schedule) => {
    const { stateMachine, everyMinutes, paceSeconds, atOnce } = schedule;
    const slower = paces[stateMachine] / paceSeconds;
    const waits = pacedWaits(schedule, slower);
    const start = (): void => void machines.start(stateMachine, {}, waits);
    if (atOnce) start();
    return setInterval(start, everyMinutes * 60_000 * slower).unref();
  });
  return {
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/** In milliseconds, by the names of states. */
const pacedWaits = ({ stateMachine, pacedWaits }: Schedule, slower: number): Record<string, number> =>
  Object.fromEntries(
    statesOf(stateMachines[stateMachine].definition)
      .filter(([name]) => pacedWaits.includes(name))
      .map(([name, { Seconds = 0 }]) => [name, Seconds * 1000 * slower]),
  );
