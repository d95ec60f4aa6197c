import { invoke, type StateMachineDefinition } from './states-language.ts';

export const headDigest = {
  Comment:
    'Signs the heads of the audit trails of each day that is over, a day after the other, and holds the trails against the latest one.',
  StartAt: 'Begin',
  // A later execution begins the day again that this ends in.
  TimeoutSeconds: 6 * 3_600,
  States: {
    Begin: { Type: 'Pass', Result: null, ResultPath: '$.unfinished', Next: 'Digest' },
    Digest: {
      ...invoke('digest-heads', { Payload: { 'unfinished.$': '$.unfinished' } }),
      ResultSelector: { 'done.$': '$.Payload.done', 'unfinished.$': '$.Payload.unfinished' },
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 30, MaxAttempts: 4, BackoffRate: 3 }],
      Next: 'Done?',
    },
    'Done?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.done', BooleanEquals: true, Next: 'Compare' }],
      Default: 'Digest',
    },
    // Rule AUDIT-5.
    Compare: {
      ...invoke('compare-heads', { Payload: {} }),
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 30, MaxAttempts: 2, BackoffRate: 3 }],
      End: true,
    },
  },
} as const satisfies StateMachineDefinition;
