import { cursorOf } from '../../domain/change.ts';
import { LookupError } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import {
  deliveryFrom,
  digestOfSecrets,
  mostWebhooks,
  type StoredWebhook,
  webhookIdBytes,
  webhookIdOf,
} from '../../domain/webhook.ts';
import { type WebhookSecret, webhookSecretBytes, webhookSecretOf } from '../../domain/webhook-signature.ts';
import { uncontestedChange } from '../store-access.ts';
import { type WebhookService, webhookChange } from './webhook-change.ts';

/** What an operator decides of a webhook. */
export type WebhookSettings = Pick<StoredWebhook, 'url' | 'filter' | 'description'>;

export interface WebhookMaker {
  /** The name of the authenticated principal. */
  readonly actor: string;
  /** Throws where the principal may not change this webhook. It is asked of the very row that is changed. */
  refuse?(webhook: StoredWebhook): void;
  /** So many bytes that nothing can foresee. */
  random(bytes: number): Uint8Array;
}

export interface MadeWebhook {
  readonly webhook: StoredWebhook;
  /** It is shown this once (rule HOOK-6). */
  readonly secret: string;
}

/** Makes a webhook that is sent what happens from now on. Throws `conflict_state` where there are as many as there may be. */
export async function createWebhook(
  { url, filter, description }: WebhookSettings,
  { actor, random }: WebhookMaker,
  service: WebhookService & Pick<Service, 'changes'>,
): Promise<MadeWebhook> {
  const { webhooks, changes, clock } = service;
  if ((await webhooks.open(mostWebhooks)).length === mostWebhooks)
    throw new LookupError('conflict_state', `there are ${mostWebhooks} webhooks: disable one first`);
  return uncontestedChange('webhook', async () => {
    const at = new Date(clock.now()).toISOString();
    const delivery = deliveryFrom(cursorOf(await changes.head()));
    const secrets: readonly [WebhookSecret] = [{ secret: webhookSecretOf(random(webhookSecretBytes)), until: null }];
    const webhook = {
      ...{ id: webhookIdOf(random(webhookIdBytes)), url, filter, description },
      ...{ status: 'active' as const, reason: null, since: at, createdAt: at, createdBy: actor, rotatedAt: null },
      ...{ secretsDigest: digestOfSecrets(secrets), revision: 1 },
    };
    const difference = { actor, at, before: null, after: { url, filter, description } };
    const change = await webhookChange(webhook, difference, service);
    const isMade = change !== undefined && (await webhooks.change({ ...change, secrets, delivery }));
    return isMade ? { webhook: change.webhook, secret: secrets[0].secret } : undefined;
  });
}
