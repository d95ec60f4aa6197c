import type { DomainEvent } from '../domain-event.ts';
import type { AuditEntry } from '../record.ts';
import type { StoredWebhook, WebhookDelivery } from '../webhook.ts';
import type { WebhookSecret } from '../webhook-signature.ts';

/** A webhook as it is to be, and what changes with it, all or nothing. */
export interface WebhookChange {
  readonly webhook: StoredWebhook;
  readonly entry: AuditEntry;
  /** Of a new webhook, and of one whose secret is replaced. */
  readonly secrets?: readonly WebhookSecret[];
  /** Of a new webhook. */
  readonly delivery?: WebhookDelivery;
  /** It comes after the one before of the same webhook (rule FEED-2). */
  readonly event?: DomainEvent;
}

/** Webhooks, their secrets and how far they are. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface Webhooks {
  /** Consistent. */
  find(id: string): Promise<StoredWebhook | undefined>;
  /** Consistent. For signing alone: no answer has them (rule HOOK-6). */
  secrets(id: string): Promise<readonly WebhookSecret[]>;
  /** Newest first; `after` continues behind an id. */
  list(page: {
    readonly after?: string;
    readonly limit: number;
  }): Promise<{ readonly webhooks: readonly StoredWebhook[]; readonly more: boolean }>;
  /** Those that are not disabled, oldest first, up to the limit. */
  open(limit: number): Promise<readonly StoredWebhook[]>;
  /** True if the change was made: the revision was one above the stored one, and the trail had no such entry yet (rule ITEM-3). */
  change(change: WebhookChange): Promise<boolean>;
  /** Consistent; order and length as asked. */
  deliveries(ids: readonly string[]): Promise<readonly (WebhookDelivery | undefined)[]>;
  /** Takes the lease of a webhook with the next token, until then (milliseconds since the epoch); undefined: another one has it. */
  takeLease(id: string, owner: string, now: number, until: number): Promise<WebhookDelivery | undefined>;
  /** True if it was stored: its owner and token are still those of the lease (rule HOOK-3). */
  saveDelivery(id: string, delivery: WebhookDelivery): Promise<boolean>;
  endLease(id: string, owner: string): Promise<void>;
  /** Sets the place from which it goes on, and forgets its failures. Who sends at the moment can store nothing any more. */
  moveTo(id: string, cursor: string): Promise<void>;
  /** It goes on at once, where it was left. Who sends at the moment can store nothing any more. */
  forgetFailures(id: string): Promise<void>;
}
