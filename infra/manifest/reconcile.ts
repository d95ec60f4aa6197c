import { endsFailedIf, hasGivenUp, invoke, iterationEnds, type StateMachineDefinition } from './states-language.ts';

/** Three attempts in all. Each step can be repeated: it continues from the saved progress. */
const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 2, BackoffRate: 3 }];

/** When all attempts have failed, the run continues with the state `next`. It ends as failed. */
const continueWith = (next: string) => [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: next }];

const runOnly = { Payload: { 'run.$': '$.run' } };

/**
 * Calls the sweep until the shard is done. A shard that fails does not affect the other shards. The map is within the execution: 16 shards
 * of an hour leave some thousand events in its history, of 25,000 that it may have.
 */
const shard = {
  ProcessorConfig: { Mode: 'INLINE' },
  StartAt: 'Sweep',
  States: {
    Sweep: {
      ...invoke('sweep-shard', { Payload: { 'run.$': '$.run', 'shard.$': '$.shard' } }),
      ResultSelector: { 'done.$': '$.Payload.done', 'waitSeconds.$': '$.Payload.waitSeconds' },
      ResultPath: '$.swept',
      Retry,
      Catch: continueWith('Given up'),
      Next: 'Done?',
    },
    'Done?': {
      Type: 'Choice',
      Choices: [
        { Variable: '$.swept.done', BooleanEquals: true, Next: 'Through' },
        { Variable: '$.swept.waitSeconds', NumericEquals: 0, Next: 'Sweep' },
      ],
      Default: 'Wait',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.swept.waitSeconds', Next: 'Sweep' },
    ...iterationEnds,
  },
} as const;

/** The input is `{}` for the hourly run, or `{ "run": id }` for a run that an operator asked for. */
export const reconcile = {
  Comment: 'Pins a block, compares each shard of the store with the chain at that block, and publishes the findings.',
  StartAt: 'Begin',
  // A run ends itself within the hour. This limit ends a loop that a defect keeps running.
  TimeoutSeconds: 2 * 3_600,
  States: {
    Begin: {
      ...invoke('begin-reconciliation', { 'Payload.$': '$' }),
      ResultSelector: { 'run.$': '$.Payload.run', 'reason.$': '$.Payload.reason', 'shards.$': '$.Payload.shards' },
      Retry,
      Next: 'Anything to do?',
    },
    'Anything to do?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.run', IsNull: true, Next: 'Nothing to do' }],
      Default: 'Resolve overdue conflicts',
    },
    'Nothing to do': { Type: 'Succeed' },
    'Resolve overdue conflicts': {
      ...invoke('resolve-overdue', runOnly),
      ResultPath: null,
      Catch: continueWith('Sweep all shards'),
      Next: 'Sweep all shards',
    },
    'Sweep all shards': {
      Type: 'Map',
      ItemsPath: '$.shards',
      // Each sweep sends calls to the nodes, and readers have priority.
      MaxConcurrency: 4,
      ItemProcessor: shard,
      ...hasGivenUp,
      Next: 'Finish',
    },
    Finish: { ...invoke('finish-reconciliation', runOnly), Retry, ResultPath: null, Next: 'Failed?' },
    ...endsFailedIf('Overdue conflicts or a shard had to be left.', [
      { Variable: '$.failure', IsPresent: true },
      { Variable: '$.map.hasGivenUp', BooleanEquals: true },
    ]),
  },
} as const satisfies StateMachineDefinition;
