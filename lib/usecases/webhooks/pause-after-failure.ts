import type { DomainEvent } from '../../domain/domain-event.ts';
import type { Service } from '../../domain/service.ts';
import type { StoredWebhook, WebhookPause } from '../../domain/webhook.ts';
import { uncontestedChange } from '../store-access.ts';
import { webhookById } from './list-webhooks.ts';
import { changedWebhook, type WebhookService } from './webhook-change.ts';

const actor = 'deliver-webhook';

/**
 * Rule HOOK-8: sends nothing until a person resumes it. One that is not active any more stays as it is, and so does one that has another
 * receiver by now.
 */
export async function pauseAfterFailure(
  { id, url }: Pick<StoredWebhook, 'id' | 'url'>,
  reason: WebhookPause,
  service: WebhookService & Pick<Service, 'log' | 'metrics'>,
): Promise<void> {
  await uncontestedChange('webhook', async () => {
    const webhook = await webhookById(id, service);
    if (webhook.status !== 'active' || webhook.url !== url) return webhook;
    const since = new Date(service.clock.now()).toISOString();
    const parts = { status: 'paused', reason, since } as const;
    const paused = await changedWebhook(webhook, parts, { actor, event: webhookPaused }, service);
    if (paused === undefined) return undefined;
    service.metrics.count('WebhookPaused');
    service.log.error('a webhook was paused', { webhook: id, reason });
    return paused;
  });
}

/** Without the URL: part of it may be a secret of the receiver. */
const webhookPaused = ({ id, revision, since, reason }: StoredWebhook): DomainEvent => ({
  id: `WebhookPaused#${id}#${revision}`,
  type: 'WebhookPaused',
  at: since,
  detail: { webhook: id, reason },
});
