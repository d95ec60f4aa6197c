import { invoke, type StateMachineDefinition } from './states-language.ts';

/** Three attempts in all. Each step can be repeated: it continues from the saved progress. */
const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 2, BackoffRate: 3 }];

/** When all attempts have failed, the run continues with the state `next`. */
const continueWith = (next: string) => [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: next }];

const runOnly = { Payload: { 'run.$': '$.run' } };

/** Calls the sweep until the shard is done. A shard that fails does not affect the other shards. */
const shard = {
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
  StartAt: 'Sweep',
  States: {
    Sweep: {
      ...invoke('sweep-shard', { Payload: { 'run.$': '$.run', 'shard.$': '$.shard' } }),
      ResultSelector: { 'done.$': '$.Payload.done', 'waitSeconds.$': '$.Payload.waitSeconds' },
      ResultPath: '$.swept',
      Retry,
      Catch: continueWith('Give up this shard'),
      Next: 'Done?',
    },
    'Done?': {
      Type: 'Choice',
      Choices: [
        { Variable: '$.swept.done', BooleanEquals: true, Next: 'Done' },
        { Variable: '$.swept.waitSeconds', NumericEquals: 0, Next: 'Sweep' },
      ],
      Default: 'Wait',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.swept.waitSeconds', Next: 'Sweep' },
    Done: { Type: 'Succeed' },
    'Give up this shard': { Type: 'Succeed' },
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
      ToleratedFailurePercentage: 100,
      ItemProcessor: shard,
      ResultPath: null,
      Catch: continueWith('Finish'),
      Next: 'Finish',
    },
    Finish: { ...invoke('finish-reconciliation', runOnly), Retry, ResultPath: null, End: true },
  },
} as const satisfies StateMachineDefinition;
