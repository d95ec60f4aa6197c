import { webhookSubject } from '../../../lib/domain/events.ts';
import { latestEndOfLease } from '../../../lib/domain/lease.ts';
import type { Webhooks } from '../../../lib/domain/ports/webhooks.ts';
import { notFailing, type StoredWebhook, type WebhookDelivery } from '../../../lib/domain/webhook.ts';
import { append, isTaken } from './audit.ts';
import { addChained } from './outbox.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

export const webhooksIn = (tables: MemoryTables, onCall: OnCall): Webhooks => {
  const { webhooks, webhookSecrets, webhookDeliveries } = tables;

  function change(id: string, next: (delivery: WebhookDelivery) => WebhookDelivery | undefined): boolean {
    const there = webhookDeliveries.get(id);
    const changed = there && next(there);
    if (changed !== undefined) webhookDeliveries.set(id, copy(changed));
    return changed !== undefined;
  }

  return {
    async find(id) {
      await onCall('webhooks.find', [id]);
      return copy(webhooks.get(id));
    },

    async secrets(id) {
      await onCall('webhooks.secrets', [id]);
      return copy(webhookSecrets.get(id) ?? []);
    },

    async list({ after, limit }) {
      await onCall('webhooks.list', [after]);
      const last = after === undefined ? undefined : webhooks.get(after);
      if (after !== undefined && last === undefined) return { webhooks: [], more: false };
      const found = [...webhooks.values()]
        .filter((webhook) => last === undefined || newestFirst(last, webhook) < 0)
        .sort(newestFirst);
      return { webhooks: copy(found.slice(0, limit)), more: found.length > limit };
    },

    async open(limit) {
      await onCall('webhooks.open', [limit]);
      const found = [...webhooks.values()].filter(({ status }) => status !== 'disabled');
      return copy(found.sort((a, b) => newestFirst(b, a)).slice(0, limit));
    },

    async change(made) {
      await onCall('webhooks.change', [made]);
      const { webhook, entry, secrets, delivery, event } = made;
      const { id, revision } = webhook;
      if ((webhooks.get(id)?.revision ?? 0) !== revision - 1 || isTaken(tables.audit, entry)) return false;
      append(tables.audit, entry);
      webhooks.set(id, copy(webhook));
      if (secrets !== undefined) webhookSecrets.set(id, copy(secrets));
      if (delivery !== undefined) webhookDeliveries.set(id, copy(delivery));
      if (event !== undefined) addChained(tables, event, webhookSubject(id));
      return true;
    },

    async deliveries(ids) {
      await onCall('webhooks.deliveries', [ids]);
      return ids.map((id) => copy(webhookDeliveries.get(id)));
    },

    async takeLease(id, owner, now, until) {
      await onCall('webhooks.takeLease', [id, owner]);
      const taken = change(id, (there) =>
        there.until <= now || there.until > latestEndOfLease(until)
          ? { ...there, owner, until, token: there.token + 1 }
          : undefined,
      );
      return taken ? copy(webhookDeliveries.get(id)) : undefined;
    },

    async saveDelivery(id, delivery) {
      await onCall('webhooks.saveDelivery', [id, delivery]);
      const { owner, token } = delivery;
      return change(id, (there) => (there.owner === owner && there.token === token ? delivery : undefined));
    },

    async endLease(id, owner) {
      await onCall('webhooks.endLease', [id, owner]);
      change(id, (there) => (there.owner === owner ? { ...there, until: 0 } : undefined));
    },

    async moveTo(id, cursor) {
      await onCall('webhooks.moveTo', [id, cursor]);
      change(id, (there) => ({ ...there, ...notFailing, cursor, lastFailure: null, token: there.token + 1 }));
    },

    async forgetFailures(id) {
      await onCall('webhooks.forgetFailures', [id]);
      change(id, (there) => ({ ...there, ...notFailing, lastFailure: null, token: there.token + 1 }));
    },
  };
};

const newestFirst = (a: StoredWebhook, b: StoredWebhook): number =>
  a.createdAt === b.createdAt ? (a.id > b.id ? -1 : 1) : a.createdAt > b.createdAt ? -1 : 1;
