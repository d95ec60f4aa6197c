import { endsFailedIf, hasGivenUp, invoke, iterationEnds, type StateMachineDefinition } from './states-language.ts';

/** Goes on with one collection until nothing is left. Where it fails, the next start of the machine goes on; other collections do not wait. */
const collection = {
  ProcessorConfig: { Mode: 'INLINE' },
  StartAt: 'Enumerate',
  States: {
    Enumerate: {
      ...invoke('enumerate-collection', { Payload: { 'collection.$': '$.collection' } }),
      ResultSelector: { 'done.$': '$.Payload.done' },
      ResultPath: '$.enumerated',
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 2, BackoffRate: 3 }],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Given up' }],
      Next: 'Done?',
    },
    'Done?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.enumerated.done', BooleanEquals: true, Next: 'Through' }],
      Default: 'Enumerate',
    },
    ...iterationEnds,
  },
} as const;

export const enumerate = {
  Comment: 'Reads every token of the configured collections once, and keeps their records tracked.',
  StartAt: 'Begin',
  // Work that this ends is gone on with by the next execution.
  TimeoutSeconds: 6 * 3_600,
  States: {
    Begin: {
      ...invoke('begin-enumeration', { Payload: {} }),
      ResultSelector: { 'collections.$': '$.Payload.collections' },
      Next: 'Anything to do?',
    },
    'Anything to do?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.collections[0]', IsPresent: true, Next: 'All collections' }],
      Default: 'Nothing to do',
    },
    'Nothing to do': { Type: 'Succeed' },
    'All collections': {
      Type: 'Map',
      ItemsPath: '$.collections',
      // Each sends calls to the nodes, and readers have priority.
      MaxConcurrency: 2,
      ItemProcessor: collection,
      ...hasGivenUp,
      Next: 'Failed?',
    },
    ...endsFailedIf('A collection had to be left: the next execution goes on with it.', [
      { Variable: '$.map.hasGivenUp', BooleanEquals: true },
    ]),
  },
} as const satisfies StateMachineDefinition;
