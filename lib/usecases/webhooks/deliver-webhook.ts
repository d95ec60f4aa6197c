import { cursorOf, parseCursor } from '../../domain/change.ts';
import type { Service } from '../../domain/service.ts';
import {
  backOffSeconds,
  isWaiting,
  notFailing,
  type StoredWebhook,
  type WebhookDelivery,
  type WebhookPause,
  webhookLeaseMs,
} from '../../domain/webhook.ts';
import { deliverPage, type PageOutcome, type PageService } from './deliver-page.ts';
import { eventsBehind } from './log-page.ts';
import { pauseAfterFailure } from './pause-after-failure.ts';
import { secretsOfWebhook } from './send-event.ts';

export type DeliverService = PageService & Pick<Service, 'changes' | 'audit' | 'log'>;

export interface DeliverSettings {
  /** Names this invocation, as no other one. */
  readonly owner: string;
  readonly budgetMs: number;
  readonly pauseHours: number;
}

/**
 * Why an invocation ended: all was sent, time is up, a delivery failed, an attempt is not due yet, the webhook is not active, or another
 * invocation has the lease.
 */
export type DeliveryEnd = 'done' | 'time' | 'failed' | 'waiting' | 'inactive' | 'busy';

const pageSize = 100;
const eventsAtOnce = 4;
/** Beyond the longest request: what a process needs to begin and end one. */
const slackMs = 1_000;

/** Sends a webhook what it was not sent yet, until nothing is left, a delivery fails or time is up. Throws StoreUnavailable. */
export async function deliverWebhook(
  id: string,
  settings: DeliverSettings,
  service: DeliverService,
): Promise<DeliveryEnd> {
  const { webhooks, clock } = service;
  const end = clock.steady() + settings.budgetMs;
  for (;;) {
    const now = clock.now();
    const lease = await webhooks.takeLease(id, settings.owner, now, now + webhookLeaseMs);
    if (lease === undefined) return 'busy';
    const ended = await untilEnded(id, lease, { ...settings, end }, service).finally(() =>
      webhooks.endLease(id, settings.owner),
    );
    if (ended !== 'done' && ended !== 'moved') return ended;
    // Who was refused the lease meanwhile does not come again: what it came for is looked for once more.
    if (ended === 'done' && !(await hasMore(id, service))) return 'done';
  }
}

type Run = DeliverSettings & { readonly end: number };

async function untilEnded(
  id: string,
  lease: WebhookDelivery,
  run: Run,
  service: DeliverService,
): Promise<DeliveryEnd | 'moved'> {
  const { webhooks, clock } = service;
  for (let delivery = lease; ; ) {
    const webhook = await webhooks.find(id);
    if (webhook === undefined || webhook.unreadable || webhook.status !== 'active') return 'inactive';
    if (isWaiting(delivery, clock.now())) return 'waiting';
    const secrets = await secretsOfWebhook(webhook, service);
    if (secrets === undefined) {
      // Rule HOOK-6. A change of the secret at this very moment is seen as a whole by the next invocation.
      service.log.warn('the secrets of a webhook do not belong to its row', { webhook: id });
      return 'inactive';
    }
    const place = parseCursor(delivery.cursor);
    const events = place && (await eventsBehind(place, pageSize, service));
    if (events === undefined) return pause(webhook, 'expired', service);
    if (events.length === 0) return 'done';
    const { until } = delivery;
    const hasTime = () => isTimeFor(until, run.end, service);
    const atOnce = delivery.failures > 0 ? 1 : eventsAtOnce;
    const outcome = await deliverPage({ webhook, secrets, events, atOnce, hasTime }, service);
    delivery = deliveryAfter(delivery, outcome, clock.now());
    // Rule HOOK-3: another one goes on, or this one was set to another place.
    if (!(await webhooks.saveDelivery(id, delivery))) return 'moved';
    if (outcome.failure !== undefined) return afterFailure(webhook, delivery, outcome.failure, run, service);
    if (clock.steady() + service.webhookSender.timeoutMs + slackMs > run.end) return 'time';
  }
}

/** Each request ends within the lease, so that the next one to have it sends nothing before what is on its way. */
function isTimeFor(until: number, end: number, { clock, webhookSender }: DeliverService): boolean {
  const needed = webhookSender.timeoutMs + slackMs;
  return clock.now() + needed <= until && clock.steady() + needed <= end;
}

/** Rule HOOK-1: the place moves only past what was taken. */
function deliveryAfter(
  before: WebhookDelivery,
  { through, delivered, failure }: PageOutcome,
  now: number,
): WebhookDelivery {
  const at = new Date(now).toISOString();
  const moved = {
    ...before,
    ...(through !== undefined && { cursor: through }),
    until: now + webhookLeaseMs,
    delivered: before.delivered + delivered,
    ...(delivered > 0 && { lastDeliveredAt: at }),
  };
  if (failure === undefined) return through === undefined ? moved : { ...moved, ...notFailing };
  const { problem, status, errorCode, retryAfter } = failure.outcome;
  const failures = through === undefined ? before.failures + 1 : 1;
  return {
    ...moved,
    failures,
    failingSince: (through === undefined ? before.failingSince : null) ?? at,
    nextAttemptAt: new Date(now + backOffSeconds(failures, retryAfter) * 1_000).toISOString(),
    lastFailure: { at, event: failure.event.id, problem: problem ?? 'unreachable', status, errorCode },
  };
}

const gone = 410;
const hourMs = 3_600_000;

async function afterFailure(
  webhook: StoredWebhook,
  { failures, failingSince, nextAttemptAt }: WebhookDelivery,
  { event, outcome }: NonNullable<PageOutcome['failure']>,
  { pauseHours }: DeliverSettings,
  service: DeliverService,
): Promise<DeliveryEnd> {
  const { problem, status, errorCode } = outcome;
  // Not the URL: part of it may be a secret of the receiver.
  const details = { webhook: webhook.id, event: event.id, problem, status, errorCode, failures, nextAttemptAt };
  service.log.warn('a delivery to a webhook failed', details);
  if (status === gone) return pause(webhook, 'gone', service);
  const failedMs = service.clock.now() - Date.parse(failingSince ?? '');
  return failedMs >= pauseHours * hourMs ? pause(webhook, 'failures', service) : 'failed';
}

async function pause(webhook: StoredWebhook, reason: WebhookPause, service: DeliverService): Promise<DeliveryEnd> {
  await pauseAfterFailure(webhook, reason, service);
  return 'inactive';
}

async function hasMore(id: string, { webhooks, changes }: DeliverService): Promise<boolean> {
  const head = await changes.head();
  const [delivery] = await webhooks.deliveries([id]);
  return delivery !== undefined && delivery.cursor !== cursorOf(head);
}
