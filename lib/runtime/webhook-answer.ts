import { deliveryFrom, type StoredWebhook } from '../domain/webhook.ts';
import type { MadeWebhook } from '../usecases/webhooks/create-webhook.ts';
import { type WebhookWithDelivery, withDeliveries } from '../usecases/webhooks/list-webhooks.ts';
import type { Running } from './service.ts';

/** A webhook in the form of the API: never with its secret (rule HOOK-6). */
export function webhookAnswer({ webhook, delivery = deliveryFrom('') }: WebhookWithDelivery) {
  const { secretsDigest: _, revision: __, auditHead: ___, unreadable, id, ...rest } = webhook;
  if (unreadable) return { id, status: 'disabled', unreadable };
  const { owner: ____, until: _____, token: ______, ...shown } = delivery;
  return { id, ...rest, delivery: shown };
}

export async function currentAnswer(webhook: StoredWebhook, service: Pick<Running, 'webhooks'>) {
  const [found] = await withDeliveries([webhook], service);
  return webhookAnswer(found ?? { webhook, delivery: undefined });
}

/** Rule HOOK-6: the one answer with a secret. */
export const answerWithSecret = async ({ webhook, secret }: MadeWebhook, service: Pick<Running, 'webhooks'>) => ({
  ...(await currentAnswer(webhook, service)),
  secret,
});
