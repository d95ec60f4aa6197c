import { type FunctionName, functionDefinition } from './functions.ts';

/**
 * Amazon States Language with JSONPath. Where a function's ARN belongs stands `${its name}`: substituted on AWS, looked
 * up by the local runner.
 */
export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, object>>;
}

/** Its failure ends its own branch and no other. Nothing is tried again here: the next run is never far. */
const run = (name: FunctionName, whenFailed: string) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: `\${${name}}`, Payload: {} },
  TimeoutSeconds: functionDefinition(name).timeoutSeconds,
  ResultPath: null,
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: whenFailed }],
  End: true,
});

/** Express: an execution ends within five minutes, and is cheap enough for one each minute. */
export const stateMachines = {
  'sync-loop': {
    Comment: 'A schedule fires once a minute at most; two branches make it twice. Neither waits for the other one.',
    StartAt: 'Twice a minute',
    States: {
      'Twice a minute': {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Sync',
            States: { Sync: run('sync', 'Sync failed'), 'Sync failed': { Type: 'Pass', End: true } },
          },
          {
            StartAt: 'Half a minute',
            States: {
              'Half a minute': { Type: 'Wait', Seconds: 30, Next: 'Sync again' },
              'Sync again': run('sync', 'Sync again failed'),
              'Sync again failed': { Type: 'Pass', End: true },
            },
          },
        ],
        ResultPath: null,
        End: true,
      },
    },
  },
} as const satisfies Record<string, StateMachineDefinition>;

export type StateMachineName = keyof typeof stateMachines;

export const stateMachineNames = Object.keys(stateMachines) as StateMachineName[];

export interface Schedule {
  readonly stateMachine: StateMachineName;
  readonly everyMinutes: number;
  /** How often its work is done by that: a local run may set another pace, which moves the schedule and its waits alike. */
  readonly paceSeconds: number;
}

export const schedules: readonly Schedule[] = [{ stateMachine: 'sync-loop', everyMinutes: 1, paceSeconds: 30 }];

/** The functions that a state machine runs. */
export const functionsRunBy = (name: StateMachineName): FunctionName[] => [
  ...new Set(
    [...JSON.stringify(stateMachines[name]).matchAll(/"\$\{([\w-]+)\}"/g)].map(([, of]) => of as FunctionName),
  ),
];
