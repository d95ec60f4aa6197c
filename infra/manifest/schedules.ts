import type { StateMachineName } from './state-machines.ts';

export interface Schedule {
  readonly stateMachine: StateMachineName;
  readonly everyMinutes: number;
  /** How often a start that failed is tried again before the next one is due. */
  readonly startRetries: number;
  /** How often its work is done by that: a local run may set another pace, which moves the schedule. */
  readonly paceSeconds: number;
  /** States whose wait spaces that work, and moves with the pace; every other wait stays as it is. */
  readonly pacedWaits: readonly string[];
  /** A local run begins with it; else one pace passes first. */
  readonly atOnce: boolean;
}

export const schedules: readonly Schedule[] = [
  {
    stateMachine: 'sync-loop',
    everyMinutes: 1,
    // By then it is too late: the next minute starts anew.
    startRetries: 0,
    paceSeconds: 30,
    pacedWaits: ['Half a minute'],
    atOnce: true,
  },
  // At first there is nothing in a store that could be proved.
  { stateMachine: 'reconcile', everyMinutes: 60, startRetries: 3, paceSeconds: 3_600, pacedWaits: [], atOnce: false },
];
