import { cursorOf, placedAfter } from '../../../lib/domain/change.ts';
import type { DomainEvent } from '../../../lib/domain/domain-event.ts';
import type { DeliveryOutcome, WebhookRequest, WebhookSender } from '../../../lib/domain/ports/webhook-sender.ts';
import { createWebhook } from '../../../lib/usecases/webhooks/create-webhook.ts';
import {
  type DeliverSettings,
  type DeliveryEnd,
  deliverWebhook,
} from '../../../lib/usecases/webhooks/deliver-webhook.ts';
import { createMemoryStore, type OnCall } from '../../support/memory-store.ts';

export const start = Date.parse('2026-01-01T00:00:00.000Z');
export const taken: DeliveryOutcome = {
  problem: null,
  status: 200,
  errorCode: null,
  retryAfter: null,
  milliseconds: 1,
};
export const failedWith = (status: number, retryAfter: number | null = null): DeliveryOutcome => ({
  ...{ problem: 'status', status, errorCode: null, retryAfter, milliseconds: 1 },
});

/** A request as a receiver sees it. */
export interface Received {
  readonly url: string;
  readonly id: string;
  readonly event: { readonly id: string; readonly cursor: string; readonly ref: { readonly id: string } | null };
}

export type Receiver = (received: Received) => DeliveryOutcome | Promise<DeliveryOutcome>;

/** A store with a log, webhooks and their receivers, in virtual time: only `later` lets it pass. */
export function createWorld({
  onCall,
  onSend,
  webhookSender,
}: {
  readonly onCall?: OnCall;
  readonly onSend?: () => void;
  /** In place of the receivers of this world. */
  readonly webhookSender?: WebhookSender;
} = {}) {
  const store = createMemoryStore({ ...(onCall !== undefined && { onCall }) });
  const receivers = new Map<string, Receiver>();
  const received: Received[] = [];
  const logged: { level: string; message: string; details: unknown }[] = [];
  const counts = new Map<string, number>();
  let now = start;
  let bytes = 0;
  let runs = 0;
  const note = (level: string) => (message: string, details?: unknown) => void logged.push({ level, message, details });
  const service = {
    ...store,
    definitions: new Map(),
    clock: { now: () => now, steady: () => now },
    log: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
    metrics: {
      count: (name: string, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
      gauge: () => {},
      measure: () => {},
      upstream: () => {},
    },
    webhookSender: webhookSender ?? {
      timeoutMs: 5_000,
      refusalOf: () => undefined,
      async send({ url, headers, body }: WebhookRequest) {
        onSend?.();
        const one = { url, id: headers['webhook-id'] ?? '', event: JSON.parse(body) };
        received.push(one);
        return (await receivers.get(url)?.(one)) ?? taken;
      },
    },
  };
  const maker = {
    actor: 'key:ada',
    random: (size: number) => {
      bytes += 1;
      return new Uint8Array(size).fill(bytes);
    },
  };

  return {
    service,
    maker,
    receivers,
    received,
    logged,
    counts,
    tables: store.tables,
    later(ms: number) {
      now += ms;
    },

    /** Appends one event for each record that is named. */
    async append(...ids: readonly string[]): Promise<readonly string[]> {
      const head = await store.changes.head();
      const events = ids.map((id, at): DomainEvent => {
        const sequence = head.position + at + 1;
        const detail = { ref: { kind: 'asset', id }, accounts: [], sequence };
        return {
          id: `RecordChanged#asset#${id}#${sequence}`,
          type: 'RecordChanged',
          at: new Date(now).toISOString(),
          detail,
        };
      });
      for (const event of events) await store.outbox.put(event);
      const placed = placedAfter(head, events, now);
      if (!(await store.changes.append(head, placed))) throw new Error('the events were not appended');
      return placed.map(cursorOf);
    },

    async make(url = 'https://hooks.example/', filter = {}) {
      const all = { kinds: null, types: null, collection: null, account: null, ...filter };
      return (await createWebhook({ url, filter: all, description: null }, maker, service)).webhook;
    },

    deliver(id: string, settings: Partial<DeliverSettings> = {}): Promise<DeliveryEnd> {
      runs += 1;
      return deliverWebhook(id, { owner: `run-${runs}`, budgetMs: 220_000, pauseHours: 24, ...settings }, service);
    },
    deliveryOf: async (id: string) => (await store.webhooks.deliveries([id]))[0],
    /** Ids of records, in the order in which their events came, by the URL. */
    got: (url = 'https://hooks.example/') =>
      received.filter((one) => one.url === url).map(({ event }) => event.ref?.id),
  };
}
