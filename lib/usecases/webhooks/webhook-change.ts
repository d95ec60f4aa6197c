import type { DomainEvent } from '../../domain/domain-event.ts';
import type { WebhookChange } from '../../domain/ports/webhooks.ts';
import type { Service } from '../../domain/service.ts';
import { digestOfWebhook, type StoredWebhook, webhookKind } from '../../domain/webhook.ts';

export type WebhookService = Pick<Service, 'webhooks' | 'audit' | 'clock'>;

/** A webhook as a change leaves it, before the entry of its trail is known. */
export type ChangedWebhook = Omit<StoredWebhook, 'auditHead'>;

/** What an entry may say of a webhook: never a secret, nor what names one (rule HOOK-6). */
type Said = Partial<Omit<StoredWebhook, 'id' | 'secretsDigest' | 'revision' | 'auditHead' | 'unreadable'>>;

export interface WebhookDifference {
  /** The name of the authenticated principal, or of the part of the service. */
  readonly actor: string;
  readonly at: string;
  /** null: the webhook is made. */
  readonly before: Said | null;
  readonly after: Said & { readonly place?: string };
}

/** A webhook with the entry of its trail that says what is changed. undefined: the trail ends with this very change already. */
export async function webhookChange(
  webhook: ChangedWebhook,
  { actor, at, before, after }: WebhookDifference,
  { audit }: Pick<Service, 'audit'>,
): Promise<WebhookChange | undefined> {
  const entry = await audit.following({
    ...{ ref: { kind: webhookKind, id: webhook.id }, cause: 'access', actor, before, block: null, timestamp: at },
    // The entry names the whole row that it leaves.
    after: { ...after, digest: digestOfWebhook(webhook) },
  });
  return entry && { webhook: { ...webhook, auditHead: entry.digest }, entry };
}

/** Stores a webhook with these parts changed, and the entry that says so; undefined: another change came between. */
export async function changedWebhook(
  webhook: StoredWebhook,
  parts: Partial<StoredWebhook>,
  {
    actor,
    event,
    secrets,
    place,
  }: {
    readonly actor: string;
    /** Where the entry says that it goes on: its place is no part of the row. */
    readonly place?: string;
    readonly event?: (changed: StoredWebhook) => DomainEvent;
    readonly secrets?: WebhookChange['secrets'];
  },
  service: WebhookService,
): Promise<StoredWebhook | undefined> {
  const at = new Date(service.clock.now()).toISOString();
  const changed = { ...webhook, ...parts, revision: webhook.revision + 1 };
  const after = { ...saidOf(changed, parts), ...(place !== undefined && { place }) };
  const difference = { actor, at, before: saidOf(webhook, parts), after };
  const change = await webhookChange(changed, difference, service);
  if (change === undefined) return undefined;
  const made = await service.webhooks.change({
    ...change,
    ...(secrets !== undefined && { secrets }),
    ...(event !== undefined && { event: event(change.webhook) }),
  });
  return made ? change.webhook : undefined;
}

function saidOf(webhook: StoredWebhook | ChangedWebhook, parts: Partial<StoredWebhook>): Said {
  const names = (Object.keys(parts) as (keyof StoredWebhook)[]).filter((name) => name !== 'secretsDigest');
  return Object.fromEntries(names.map((name) => [name, (webhook as StoredWebhook)[name]]));
}
