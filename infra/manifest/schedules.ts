import type { StateMachineName } from './state-machines.ts';

export interface Schedule {
  readonly stateMachine: StateMachineName;
  readonly everyMinutes: number;
  /** How often a failed start is retried before the next start is due. */
  readonly startRetries: number;
  /** The interval at which the work is done. A local run may set another interval; the schedule then scales with it. */
  readonly paceSeconds: number;
  /** States whose wait spaces the work: the wait scales with the interval. All other waits stay as they are. */
  readonly pacedWaits: readonly string[];
  /** A local run starts the state machine immediately; otherwise after one interval. */
  readonly atOnce: boolean;
}

export const schedules: readonly Schedule[] = [
  {
    stateMachine: 'sync-loop',
    everyMinutes: 1,
    // No retry: the next minute starts a new execution.
    startRetries: 0,
    paceSeconds: 30,
    pacedWaits: ['Half a minute'],
    atOnce: true,
  },
  { stateMachine: 'webhook-loop', everyMinutes: 1, startRetries: 0, paceSeconds: 30, pacedWaits: [], atOnce: false },
  // Sync comes first: until it has begun there is nothing to enumerate.
  { stateMachine: 'enumerate', everyMinutes: 5, startRetries: 0, paceSeconds: 300, pacedWaits: [], atOnce: false },
  // A new store has nothing to check yet.
  { stateMachine: 'reconcile', everyMinutes: 60, startRetries: 3, paceSeconds: 3_600, pacedWaits: [], atOnce: false },
  // A local run does not wait: it begins with what is over.
  {
    stateMachine: 'head-digest',
    everyMinutes: 360,
    startRetries: 3,
    paceSeconds: 21_600,
    pacedWaits: [],
    atOnce: true,
  },
];
