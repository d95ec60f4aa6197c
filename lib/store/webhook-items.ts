import type {
  DeliveryFailure,
  StoredWebhook,
  WebhookDelivery,
  WebhookFilter,
  WebhookPause,
  WebhookStatus,
} from '../domain/webhook.ts';
import { digestOfWebhook } from '../domain/webhook.ts';
import type { WebhookSecret } from '../domain/webhook-signature.ts';

/** The partition of both indexes. */
export const every = 'all';

/** The settings of a webhook as an item: flat, scalars only. */
export interface WebhookItem {
  readonly id: string;
  readonly list: string;
  /** Left out once it is disabled. */
  readonly open?: string;
  readonly url: string;
  /** JSON text. */
  readonly filter: string;
  readonly description?: string;
  readonly status: WebhookStatus;
  readonly reason?: WebhookPause;
  readonly since: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly rotatedAt?: string;
  readonly secretsDigest: string;
  readonly revision: number;
  readonly auditHead: string;
  /** Of all the others but `list`, `open` and `auditHead`. */
  readonly digest: string;
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

export const webhookItem = (webhook: StoredWebhook): Attributes => {
  const { unreadable: _, filter, description, reason, rotatedAt, ...rest } = webhook;
  return {
    ...rest,
    list: every,
    ...(webhook.status !== 'disabled' && { open: every }),
    filter: JSON.stringify(filter),
    ...(description !== null && { description }),
    ...(reason !== null && { reason }),
    ...(rotatedAt !== null && { rotatedAt }),
    digest: digestOfWebhook(webhook),
  };
};

/** Rule HOOK-6: a row that was changed outside this service comes out as one that is marked as unreadable, to which nothing is sent. */
export function webhookFromItem(item: WebhookItem): StoredWebhook {
  const filter = filterIn(item.filter);
  const webhook = {
    id: item.id,
    url: textIn(item.url),
    filter: filter ?? { kinds: [], types: [], collection: null, account: null },
    description: item.description === undefined ? null : textIn(item.description),
    status: textIn(item.status) as WebhookStatus,
    reason: item.reason === undefined ? null : (textIn(item.reason) as WebhookPause),
    since: textIn(item.since),
    createdAt: textIn(item.createdAt),
    createdBy: textIn(item.createdBy),
    rotatedAt: item.rotatedAt === undefined ? null : textIn(item.rotatedAt),
    secretsDigest: textIn(item.secretsDigest),
    revision: Number(item.revision) || 0,
    auditHead: textIn(item.auditHead),
  };
  return filter !== undefined && digestOfWebhook(webhook) === item.digest ? webhook : { ...webhook, unreadable: true };
}

export interface SecretsItem {
  /** JSON text. */
  readonly secrets: string;
}

export const secretsItem = (secrets: readonly WebhookSecret[]): Attributes => ({ secrets: JSON.stringify(secrets) });

export function secretsFromItem(item: SecretsItem | undefined): readonly WebhookSecret[] {
  const secrets = jsonIn(item?.secrets);
  return Array.isArray(secrets) ? (secrets as WebhookSecret[]) : [];
}

/** How far a webhook is, as an item. */
export interface DeliveryItem {
  readonly id: string;
  readonly cursor: string;
  readonly owner: string;
  readonly until: number;
  readonly token: number;
  readonly delivered: number;
  readonly lastDeliveredAt?: string;
  readonly failures: number;
  readonly failingSince?: string;
  readonly nextAttemptAt?: string;
  /** JSON text. */
  readonly lastFailure?: string;
}

export const deliveryAttributes = (delivery: WebhookDelivery): Attributes => {
  const { lastDeliveredAt, failingSince, nextAttemptAt, lastFailure, ...rest } = delivery;
  return {
    ...rest,
    ...(lastDeliveredAt !== null && { lastDeliveredAt }),
    ...(failingSince !== null && { failingSince }),
    ...(nextAttemptAt !== null && { nextAttemptAt }),
    ...(lastFailure !== null && { lastFailure: JSON.stringify(lastFailure) }),
  };
};

export const deliveryFromItem = (item: DeliveryItem): WebhookDelivery => ({
  cursor: item.cursor,
  owner: item.owner,
  until: item.until,
  token: item.token,
  delivered: item.delivered,
  lastDeliveredAt: item.lastDeliveredAt ?? null,
  failures: item.failures,
  failingSince: item.failingSince ?? null,
  nextAttemptAt: item.nextAttemptAt ?? null,
  lastFailure: item.lastFailure === undefined ? null : (jsonIn(item.lastFailure) as DeliveryFailure),
});

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** undefined: the text is not the JSON of an object. */
function filterIn(text: unknown): WebhookFilter | undefined {
  const value = jsonIn(text);
  return typeof value === 'object' && value !== null ? (value as WebhookFilter) : undefined;
}

function jsonIn(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
