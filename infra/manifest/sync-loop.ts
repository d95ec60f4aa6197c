import type { FunctionName } from './functions.ts';
import { invoke, type StateMachineDefinition } from './states-language.ts';

/** Its failure ends its own branch and no other. Nothing is tried again here: the next run is never far. */
const run = (name: FunctionName, whenFailed: string) => ({
  ...invoke(name, { Payload: {} }),
  ResultPath: null,
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: whenFailed }],
  End: true,
});

export const syncLoop = {
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
} as const satisfies StateMachineDefinition;
