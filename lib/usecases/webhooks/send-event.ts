import type { DeliveryOutcome, WebhookSender } from '../../domain/ports/webhook-sender.ts';
import type { Service } from '../../domain/service.ts';
import { digestOfSecrets, type StoredWebhook } from '../../domain/webhook.ts';
import { messageIdOf, signedHeaders, type WebhookSecret } from '../../domain/webhook-signature.ts';

export type SendService = Pick<Service, 'webhooks' | 'clock'> & { readonly webhookSender: WebhookSender };

/** Sends one event, signed at this moment (rule HOOK-5). */
export function sendEvent(
  event: { readonly id: string },
  { url, secrets }: { readonly url: string; readonly secrets: readonly WebhookSecret[] },
  { webhookSender, clock }: SendService,
): Promise<DeliveryOutcome> {
  const body = JSON.stringify(event);
  const headers = signedHeaders({ id: messageIdOf(event.id), body }, secrets, clock.now());
  return webhookSender.send({ url, headers, body });
}

/** The secrets that belong to this row; undefined: the two differ, because one of them was changed since or outside this service. */
export async function secretsOfWebhook(
  { id, secretsDigest }: StoredWebhook,
  { webhooks }: Pick<Service, 'webhooks'>,
): Promise<readonly WebhookSecret[] | undefined> {
  const secrets = await webhooks.secrets(id);
  return digestOfSecrets(secrets) === secretsDigest ? secrets : undefined;
}
