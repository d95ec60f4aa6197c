import type { Service } from '../../domain/service.ts';
import { digestOfSecrets, type StoredWebhook } from '../../domain/webhook.ts';
import { secretsInUse, webhookSecretBytes, webhookSecretOf } from '../../domain/webhook-signature.ts';
import { uncontestedChange } from '../store-access.ts';
import type { MadeWebhook, WebhookMaker, WebhookSettings } from './create-webhook.ts';
import { openWebhook, webhookById } from './list-webhooks.ts';
import { changedWebhook, type WebhookService } from './webhook-change.ts';

type Actor = Pick<WebhookMaker, 'actor' | 'refuse'>;

/** Changes URL, filter or description. All of these throw `not_found`, and `conflict_state` where the webhook is disabled. */
export const changeWebhook = (id: string, settings: Partial<WebhookSettings>, by: Actor, service: WebhookService) =>
  changeOpen(id, () => settings, by, service);

/** Sends nothing until it is resumed. */
export const pauseWebhook = (id: string, by: Actor, service: WebhookService) =>
  changeOpen(
    id,
    ({ status }) => (status === 'paused' ? undefined : { status: 'paused', reason: 'operator', ...sinceNow(service) }),
    by,
    service,
  );

/** Goes on where it was left, at once. The place is not touched: a replay may have set it just now. */
export async function resumeWebhook(id: string, by: Actor, service: WebhookService): Promise<StoredWebhook> {
  const resumed = await changeOpen(
    id,
    ({ status }) => (status === 'active' ? undefined : { status: 'active', reason: null, ...sinceNow(service) }),
    by,
    service,
  );
  await service.webhooks.forgetFailures(id);
  return resumed;
}

/** For good: nothing is sent any more, and nothing takes it back. One that is disabled already stays as it is. */
export async function disableWebhook(
  id: string,
  { actor, refuse }: Actor,
  service: WebhookService,
): Promise<StoredWebhook> {
  return uncontestedChange('webhook', async () => {
    const webhook = await webhookById(id, service);
    refuse?.(webhook);
    if (webhook.status === 'disabled') return webhook;
    return changedWebhook(
      webhook,
      { status: 'disabled', reason: 'operator', ...sinceNow(service) },
      { actor },
      service,
    );
  });
}

/** A new secret; the old one goes on signing alongside it for so many seconds. */
export async function rotateWebhookSecret(
  id: string,
  { overlapSeconds }: { readonly overlapSeconds: number },
  { actor, random, refuse }: WebhookMaker,
  service: WebhookService,
): Promise<MadeWebhook> {
  const { webhooks, clock } = service;
  return uncontestedChange('webhook', async () => {
    const webhook = await openWebhook(id, service);
    refuse?.(webhook);
    const now = clock.now();
    const until = new Date(now + overlapSeconds * 1_000).toISOString();
    const [present] = secretsInUse(await webhooks.secrets(id), now);
    const made = { secret: webhookSecretOf(random(webhookSecretBytes)), until: null };
    // At most two sign: of three, a receiver would not know which one is the next.
    const secrets = [made, ...(present === undefined || overlapSeconds === 0 ? [] : [{ ...present, until }])];
    const parts = { secretsDigest: digestOfSecrets(secrets), rotatedAt: new Date(now).toISOString() };
    const changed = await changedWebhook(webhook, parts, { actor, secrets }, service);
    return changed && { webhook: changed, secret: made.secret };
  });
}

async function changeOpen(
  id: string,
  partsOf: (webhook: StoredWebhook) => Partial<StoredWebhook> | undefined,
  { actor, refuse }: Actor,
  service: WebhookService,
): Promise<StoredWebhook> {
  return uncontestedChange('webhook', async () => {
    const webhook = await openWebhook(id, service);
    refuse?.(webhook);
    const parts = partsOf(webhook);
    return parts === undefined ? webhook : changedWebhook(webhook, parts, { actor }, service);
  });
}

const sinceNow = ({ clock }: Pick<Service, 'clock'>) => ({ since: new Date(clock.now()).toISOString() });
