import type { FunctionName } from './functions.ts';
import { endsFailedIf, invoke, type StateMachineDefinition } from './states-language.ts';

/** A failure ends its own branch only, and shows in the end. There is no retry: the next run starts within half a minute. */
const run = (name: FunctionName, whenFailed: string) => ({
  ...invoke(name, { Payload: {} }),
  ResultPath: null,
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: whenFailed }],
  End: true,
});

export const syncLoop = {
  Comment: 'A schedule fires at most once a minute; two parallel branches run sync twice a minute.',
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
      ResultPath: '$.runs',
      Next: 'Failed?',
    },
    ...endsFailedIf('Sync has failed.', [
      { Variable: '$.runs[0].failure', IsPresent: true },
      { Variable: '$.runs[1].failure', IsPresent: true },
    ]),
  },
} as const satisfies StateMachineDefinition;
