import { LookupError } from '../../domain/errors.ts';
import type { DeliveryOutcome } from '../../domain/ports/webhook-sender.ts';
import { openWebhook } from './list-webhooks.ts';
import { type SendService, secretsOfWebhook, sendEvent } from './send-event.ts';

export interface TestDelivery extends Omit<DeliveryOutcome, 'retryAfter'> {
  readonly delivered: boolean;
}

/** Sends an event that no record has, in the form of all others, and says what became of it. It is in no log and moves no place. */
export async function testWebhook(id: string, service: SendService): Promise<TestDelivery> {
  const webhook = await openWebhook(id, service);
  const secrets = await secretsOfWebhook(webhook, service);
  if (secrets === undefined)
    throw new LookupError('conflict_state', 'the webhook was changed at this moment: try again');
  const at = new Date(service.clock.now()).toISOString();
  const event = {
    ...{ id: `WebhookTest#${id}#${at}`, cursor: null, type: 'WebhookTest', at, ref: null, collection: null },
    ...{ accounts: [], block: null, cause: null, sequence: null, fields: [], detail: { webhook: id } },
  };
  const { retryAfter: _, ...outcome } = await sendEvent(event, { url: webhook.url, secrets }, service);
  return { delivered: outcome.problem === null, ...outcome };
}
