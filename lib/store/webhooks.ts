import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { webhookSubject } from '../domain/events.ts';
import { latestEndOfLease } from '../domain/lease.ts';
import type { Webhooks } from '../domain/ports/webhooks.ts';
import { notFailing, type StoredWebhook } from '../domain/webhook.ts';
import { putOfEntry } from './audit.ts';
import { batchGet } from './dynamodb/batches.ts';
import { byIndex } from './dynamodb/by-index.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { all, updatesOf } from './dynamodb/conditional.ts';
import { isOwn, onCondition, type Put, putTransaction } from './dynamodb/transaction.ts';
import { putsOfChained } from './outbox.ts';
import { tableName } from './tables.ts';
import {
  type DeliveryItem,
  deliveryAttributes,
  deliveryFromItem,
  every,
  type SecretsItem,
  secretsFromItem,
  secretsItem,
  type WebhookItem,
  webhookFromItem,
  webhookItem,
} from './webhook-items.ts';

const nothingThere = 'attribute_not_exists(#id)';
const isThere = 'attribute_exists(#id)';
const oneBefore = '#revision = :before';
const isListed = '#list = :every';
const isOpen = '#open = :every';

const isFree = '#until <= :now OR #until > :latest';
/** Rule HOOK-3: each lease has the next token, and so has each replay. */
const take = 'SET #owner = :owner, #until = :until ADD #token :one';
const ownLease = all('#owner = :owner', '#token = :token');
const ofOwner = '#owner = :owner';
const endNow = 'SET #until = :ended';
const move =
  'SET #cursor = :cursor, #failures = :failures REMOVE #failingSince, #nextAttemptAt, #lastFailure ADD #token :one';
const forget = 'SET #failures = :failures REMOVE #failingSince, #nextAttemptAt, #lastFailure ADD #token :one';

const settingsKey = (id: string) => ({ id, part: 'settings' });
const secretsKey = (id: string) => ({ id, part: 'secrets' });
const deliveryKey = (id: string) => ({ id, part: 'delivery' });

export function createWebhooks(dynamo: Dynamo, prefix: string): Webhooks {
  const TableName = tableName(prefix, 'webhooks');
  const update = updatesOf(dynamo, TableName);
  const get = async (key: Record<string, string>) =>
    (await dynamo.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }))).Item;

  /** The first revision creates the webhook; every other one is made from the revision before it. */
  const putOfWebhook = (webhook: StoredWebhook): Put => ({
    TableName,
    Item: { ...settingsKey(webhook.id), ...webhookItem(webhook) },
    ...(webhook.revision === 1
      ? onCondition([nothingThere])
      : onCondition([oneBefore], { ':before': webhook.revision - 1 })),
  });

  const webhooks: Webhooks = {
    async find(id) {
      const item = await get(settingsKey(id));
      return item && webhookFromItem(item as WebhookItem);
    },

    async secrets(id) {
      return secretsFromItem((await get(secretsKey(id))) as SecretsItem | undefined);
    },

    async list({ after, limit }) {
      const last = after === undefined ? undefined : await webhooks.find(after);
      if (after !== undefined && last === undefined) return { webhooks: [], more: false };
      const start = last && { ...settingsKey(last.id), list: every, createdAt: last.createdAt };
      const found = await inIndex({ index: 'by-created', condition: isListed, newestFirst: true, start }, limit + 1);
      return { webhooks: found.slice(0, limit), more: found.length > limit };
    },

    async open(limit) {
      const found = await inIndex({ index: 'by-open', condition: isOpen, newestFirst: false }, limit);
      return found.filter(({ status }) => status !== 'disabled').slice(0, limit);
    },

    // Rules HOOK-6 and FEED-2: the row, its secrets, the entry of its trail and its event change together.
    async change({ webhook, entry, secrets, delivery, event }) {
      const { id } = webhook;
      const puts: Put[] = [
        putOfWebhook(webhook),
        putOfEntry(entry, prefix),
        ...(secrets === undefined ? [] : [{ TableName, Item: { ...secretsKey(id), ...secretsItem(secrets) } }]),
        ...(delivery === undefined
          ? []
          : [{ TableName, Item: { ...deliveryKey(id), ...deliveryAttributes(delivery) } }]),
        ...(event === undefined ? [] : await putsOfChained(dynamo, event, webhookSubject(id), prefix)),
      ];
      const refused = await putTransaction(dynamo, puts);
      return refused === undefined || [0, 1].every((at) => isOwn(refused, at, puts[at] as Put));
    },

    async deliveries(ids) {
      const items = await batchGet<DeliveryItem>(dynamo, TableName, [...new Set(ids)].map(deliveryKey));
      const found = new Map(items.map((item) => [item.id, deliveryFromItem(item)]));
      return ids.map((id) => found.get(id));
    },

    async takeLease(id, owner, now, until) {
      const values = { ':owner': owner, ':now': now, ':until': until, ':latest': latestEndOfLease(until), ':one': 1 };
      const taken = await update(deliveryKey(id), take, all(isThere, isFree), values);
      if (taken.made) return (await webhooks.deliveries([id]))[0];
      // An update whose first answer was lost, and that was sent again, must not lose against itself.
      const isOwnLease = taken.there.owner?.S === owner && Number(taken.there.until?.N) === until;
      return taken.sentAgain && isOwnLease ? (await webhooks.deliveries([id]))[0] : undefined;
    },

    async saveDelivery(id, delivery) {
      const put: Put = {
        TableName,
        Item: { ...deliveryKey(id), ...deliveryAttributes(delivery) },
        ...onCondition([ownLease], { ':owner': delivery.owner, ':token': delivery.token }),
      };
      return (await putTransaction(dynamo, [put])) === undefined;
    },

    async endLease(id, owner) {
      await update(deliveryKey(id), endNow, ofOwner, { ':ended': 0, ':owner': owner });
    },

    async moveTo(id, cursor) {
      const { failures } = notFailing;
      await update(deliveryKey(id), move, isThere, { ':cursor': cursor, ':failures': failures, ':one': 1 });
    },

    async forgetFailures(id) {
      await update(deliveryKey(id), forget, isThere, { ':failures': notFailing.failures, ':one': 1 });
    },
  };
  return webhooks;

  async function inIndex(
    query: {
      readonly index: string;
      readonly condition: string;
      readonly newestFirst: boolean;
      readonly start?: Record<string, unknown> | undefined;
    },
    limit: number,
  ): Promise<StoredWebhook[]> {
    const found: StoredWebhook[] = [];
    const pages = byIndex<WebhookItem>(dynamo, {
      ...query,
      table: TableName,
      key: ['id', 'part'],
      values: { ':every': every },
      pageSize: Math.min(limit, 100),
    });
    for await (const page of pages) {
      found.push(...page.map(webhookFromItem));
      if (found.length >= limit) break;
    }
    return found;
  }
}
