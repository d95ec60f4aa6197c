import { invoke, type StateMachineDefinition } from './states-language.ts';

/** Three attempts in all. Each step may be taken again: it goes on from what was written down. */
const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 2, BackoffRate: 3 }];

/** What has failed for good is left as it is, and the run goes on with this. */
const goesOnWith = (next: string) => [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: next }];

const ofTheRun = { Payload: { 'run.$': '$.run' } };

/** Goes round until the shard says that it is done; whatever becomes of it, the others hear nothing of it. */
const shard = {
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  StartAt: 'Sweep',
  States: {
    Sweep: {
      ...invoke('sweep-shard', { Payload: { 'run.$': '$.run', 'shard.$': '$.shard' } }),
      ResultSelector: { 'done.$': '$.Payload.done', 'waitSeconds.$': '$.Payload.waitSeconds' },
      ResultPath: '$.swept',
      Retry,
      Catch: goesOnWith('Left where it is'),
      Next: 'Done?',
    },
    'Done?': {
      Type: 'Choice',
      Choices: [
        { Variable: '$.swept.done', BooleanEquals: true, Next: 'Done' },
        { Variable: '$.swept.waitSeconds', NumericEquals: 0, Next: 'Sweep' },
      ],
      Default: 'Rest',
    },
    Rest: { Type: 'Wait', SecondsPath: '$.swept.waitSeconds', Next: 'Sweep' },
    Done: { Type: 'Succeed' },
    'Left where it is': { Type: 'Succeed' },
  },
} as const;

/** Its input is `{}` for the hourly run, or `{ "run": id }` for one that was asked for. */
export const reconcile = {
  Comment: 'Pins a block, holds every shard of the store against it, and tells what was found.',
  StartAt: 'Begin',
  // A run ends itself within the hour: this ends one that would go round for ever.
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
      Choices: [{ Variable: '$.run', IsNull: true, Next: 'Nothing' }],
      Default: 'Drive what was left open',
    },
    Nothing: { Type: 'Succeed' },
    'Drive what was left open': {
      ...invoke('resolve-overdue', ofTheRun),
      ResultPath: null,
      Catch: goesOnWith('Sweep all shards'),
      Next: 'Sweep all shards',
    },
    'Sweep all shards': {
      Type: 'Map',
      ItemsPath: '$.shards',
      // Each sweep asks the nodes on its own: readers come first.
      MaxConcurrency: 4,
      ToleratedFailurePercentage: 100,
      ItemProcessor: shard,
      ResultPath: null,
      Catch: goesOnWith('Finish'),
      Next: 'Finish',
    },
    Finish: { ...invoke('finish-reconciliation', ofTheRun), Retry, ResultPath: null, End: true },
  },
} as const satisfies StateMachineDefinition;
