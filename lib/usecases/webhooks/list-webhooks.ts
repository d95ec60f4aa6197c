import { InvalidRequest, LookupError } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import { isWebhookId, type StoredWebhook, type WebhookDelivery } from '../../domain/webhook.ts';

export interface WebhookWithDelivery {
  readonly webhook: StoredWebhook;
  readonly delivery: WebhookDelivery | undefined;
}

/** Newest first. `after`: the id behind which the page begins; throws InvalidRequest where there is no such webhook. */
export async function listWebhooks(
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
  { webhooks }: Pick<Service, 'webhooks'>,
): Promise<{ readonly items: readonly WebhookWithDelivery[]; readonly last: string | undefined }> {
  if (after !== undefined && (await webhooks.find(after)) === undefined)
    throw new InvalidRequest([{ path: 'cursor', message: 'is not a cursor of this query' }]);
  const { webhooks: found, more } = await webhooks.list({ limit, ...(after !== undefined && { after }) });
  const items = await withDeliveries(found, { webhooks });
  return { items, last: more ? found.at(-1)?.id : undefined };
}

export async function withDeliveries(
  found: readonly StoredWebhook[],
  { webhooks }: Pick<Service, 'webhooks'>,
): Promise<readonly WebhookWithDelivery[]> {
  const deliveries = await webhooks.deliveries(found.map(({ id }) => id));
  return found.map((webhook, at) => ({ webhook, delivery: deliveries[at] }));
}

/** Throws `not_found`, and `conflict_state` where the row is not a webhook any more. */
export async function webhookById(id: string, { webhooks }: Pick<Service, 'webhooks'>): Promise<StoredWebhook> {
  const webhook = isWebhookId(id) ? await webhooks.find(id) : undefined;
  if (webhook === undefined) throw new LookupError('not_found', 'there is no webhook with this id');
  if (webhook.unreadable) throw new LookupError('conflict_state', unreadableWebhook);
  return webhook;
}

/** Throws `conflict_state` besides where it is disabled. */
export async function openWebhook(id: string, service: Pick<Service, 'webhooks'>): Promise<StoredWebhook> {
  const webhook = await webhookById(id, service);
  if (webhook.status === 'disabled') throw new LookupError('conflict_state', 'the webhook is disabled: make a new one');
  return webhook;
}

const unreadableWebhook = 'the stored row of this webhook was changed outside this service; nothing is sent to it';
