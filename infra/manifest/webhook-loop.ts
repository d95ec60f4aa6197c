import { invoke, type StateMachineDefinition } from './states-language.ts';

export const webhookLoop = {
  Comment: 'Begins deliveries that are due again after a failure, and those that no new event has begun.',
  StartAt: 'Dispatch',
  States: { Dispatch: { ...invoke('dispatch-webhooks', { Payload: {} }), ResultPath: null, End: true } },
} as const satisfies StateMachineDefinition;
