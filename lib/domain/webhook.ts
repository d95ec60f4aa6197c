import { digestOf } from './digest.ts';
import type { WebhookSecret } from './webhook-signature.ts';

/** Which events a webhook is sent; null: every one. An event must fit all of them. */
export interface WebhookFilter {
  readonly kinds: readonly string[] | null;
  readonly types: readonly string[] | null;
  /** A package hash. */
  readonly collection: string | null;
  /** An account hash. */
  readonly account: string | null;
}

export type WebhookStatus = 'active' | 'paused' | 'disabled';

/** Why a webhook is not active: an operator, failures for too long, the receiver is gone (410), or its place in the log of changes is. */
export type WebhookPause = 'operator' | 'failures' | 'gone' | 'expired';

/** A webhook as the store has it: everything but its secrets and its deliveries (rule HOOK-6). */
export interface StoredWebhook {
  readonly id: string;
  readonly url: string;
  readonly filter: WebhookFilter;
  readonly description: string | null;
  readonly status: WebhookStatus;
  readonly reason: WebhookPause | null;
  /** ISO 8601, as all its moments: since when it has this status. */
  readonly since: string;
  readonly createdAt: string;
  /** The name of the principal who made it. */
  readonly createdBy: string;
  readonly rotatedAt: string | null;
  /** SHA-256 over its secrets, so that a secret that was put in their place is found. */
  readonly secretsDigest: string;
  /** 1 for a new webhook; each change counts it up. */
  readonly revision: number;
  /** The digest of the newest entry of its trail, whose sequence is the revision. */
  readonly auditHead: string;
  /** The stored row was changed so that it is no longer a webhook: nothing is sent. */
  readonly unreadable?: true;
}

/** How far a webhook is, and who sends. It has no trail: it changes with each delivery. */
export interface WebhookDelivery {
  /** Everything through here was delivered, or did not fit the filter: a cursor of the log of changes. */
  readonly cursor: string;
  /** Who sends, until when (milliseconds since the epoch), and the fencing token of its lease (rule HOOK-3). */
  readonly owner: string;
  readonly until: number;
  readonly token: number;
  readonly delivered: number;
  /** ISO 8601. */
  readonly lastDeliveredAt: string | null;
  /** In a row, without a delivery in between. */
  readonly failures: number;
  readonly failingSince: string | null;
  /** ISO 8601: not before then; null: at once. */
  readonly nextAttemptAt: string | null;
  readonly lastFailure: DeliveryFailure | null;
}

/** Why a delivery has failed. */
export type DeliveryProblem =
  /** The URL is not allowed, or its host has an address that is not public. */
  | 'address_refused'
  /** The name of the host has no address. */
  | 'host_unknown'
  | 'unreachable'
  | 'timed_out'
  | 'redirected'
  /** Another status than 2xx. */
  | 'status'
  | 'answer_too_large';

export interface DeliveryFailure {
  readonly at: string;
  /** The id of the event. */
  readonly event: string;
  readonly problem: DeliveryProblem;
  readonly status: number | null;
  readonly errorCode: string | null;
}

/** The kind of the trails of webhooks. */
export const webhookKind = 'webhook';

/** That are not disabled: all of them are looked at each minute. */
export const mostWebhooks = 50;

/** So many are looked at: several operators may each make the last one, and all of them must be sent. */
export const webhooksLookedAt = 20 * mostWebhooks;

/** For how long one invocation keeps others from sending, unless it stores how far it is. */
export const webhookLeaseMs = 60_000;

/** How many random bytes an id is made of. */
export const webhookIdBytes = 12;

export const webhookIdOf = (random: Uint8Array): string => `wh_${Buffer.from(random).toString('hex')}`;

export const isWebhookId = (text: string): boolean => /^wh_[0-9a-f]{24}$/.test(text);

/** SHA-256 over all of a webhook but the head of its trail. Row and trail have it, so that a change past this service shows. */
export const digestOfWebhook = ({
  auditHead: _,
  unreadable: __,
  ...webhook
}: Omit<StoredWebhook, 'auditHead'> & Partial<StoredWebhook>): string => digestOf(webhook);

export const digestOfSecrets = (secrets: readonly WebhookSecret[]): string => digestOf(secrets);

/** Of a new webhook: nothing was sent yet. */
export const deliveryFrom = (cursor: string): WebhookDelivery => ({
  cursor,
  owner: '',
  until: 0,
  token: 0,
  delivered: 0,
  lastDeliveredAt: null,
  ...notFailing,
  lastFailure: null,
});

export const notFailing = { failures: 0, failingSince: null, nextAttemptAt: null } as const;

/** The longest that a receiver may ask for. */
export const longestRetryAfterSeconds = 86_400;

/** Whether an attempt is to be waited for. One that is further away than any may be was set by a clock that was ahead. */
export function isWaiting({ nextAttemptAt }: Pick<WebhookDelivery, 'nextAttemptAt'>, now: number): boolean {
  const wait = nextAttemptAt === null ? 0 : Date.parse(nextAttemptAt) - now;
  return wait > 0 && wait <= longestRetryAfterSeconds * 1_000;
}

const firstDelaySeconds = 5;
const longestDelaySeconds = 3_600;

/** Seconds until the next attempt after so many failures in a row: twice as long each time, up to an hour, and as long as the receiver asks. */
export const backOffSeconds = (failures: number, retryAfter: number | null): number =>
  Math.max(Math.min(firstDelaySeconds * 2 ** Math.max(failures - 1, 0), longestDelaySeconds), retryAfter ?? 0);
