import { endsFailedIf, invoke, type StateMachineDefinition } from './states-language.ts';

export const webhookLoop = {
  Comment:
    'Places events that the stream has lost, and begins deliveries that are due again after a failure, or that no new event has begun.',
  StartAt: 'Publish what is overdue',
  States: {
    'Publish what is overdue': {
      ...invoke('publish-overdue', { Payload: {} }),
      ResultPath: null,
      // Webhooks are sent what has a place already.
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Dispatch' }],
      Next: 'Dispatch',
    },
    Dispatch: { ...invoke('dispatch-webhooks', { Payload: {} }), ResultPath: null, Next: 'Failed?' },
    ...endsFailedIf('What is overdue could not be published.', [{ Variable: '$.failure', IsPresent: true }]),
  },
} as const satisfies StateMachineDefinition;
