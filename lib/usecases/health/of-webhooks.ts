import { type HealthReason, healthReason } from '../../domain/health.ts';
import type { Service } from '../../domain/service.ts';
import { type StoredWebhook, type WebhookDelivery, webhooksLookedAt } from '../../domain/webhook.ts';
import { oldestUndelivered } from '../status/webhook-figures.ts';
import { type WebhookWithDelivery, withDeliveries } from '../webhooks/list-webhooks.ts';

/** A receiver that is deployed anew, or a short fault, is no reason to look at it. */
const failingMs = 600_000;

type ReasonsService = Pick<Service, 'webhooks' | 'changes' | 'clock'>;

/** Webhooks that were paused because of their receivers, that fail, whose rows were changed outside this service, or to which nothing is sent. */
export async function webhookReasons(service: ReasonsService): Promise<HealthReason[]> {
  const { webhooks, clock } = service;
  const found = await withDeliveries(await webhooks.open(webhooksLookedAt), { webhooks });
  const reasons = found.flatMap(({ webhook, delivery }) => reasonOf(webhook, delivery, clock.now()) ?? []);
  return [...reasons, ...(await lateReasons(found, service))];
}

/** Each minute's look begins what is due, so that what waits for long while nothing fails waits for an invocation. */
async function lateReasons(found: readonly WebhookWithDelivery[], service: ReasonsService): Promise<HealthReason[]> {
  const now = service.clock.now();
  const idle = found.filter(
    ({ webhook, delivery }) =>
      webhook.status === 'active' && !webhook.unreadable && delivery?.failures === 0 && delivery.until <= now,
  );
  const oldest = await oldestUndelivered(idle, service);
  if (oldest === undefined || oldest.at === null || now - Date.parse(oldest.at) < failingMs) return [];
  return [
    healthReason({
      status: 'degraded',
      code: 'webhook_late',
      detail: `Nothing is sent to the webhook ${oldest.webhook}. Events behind its place: ${oldest.events}.`,
      since: oldest.at,
      action: 'Look at the logs of `dispatch-webhooks` and `deliver-webhook`, and at the state machine `webhook-loop`.',
    }),
  ];
}

function reasonOf(
  { id, status, reason, since, unreadable }: StoredWebhook,
  delivery: WebhookDelivery | undefined,
  now: number,
): HealthReason | undefined {
  const common = { status: 'degraded' as const };
  if (unreadable)
    return healthReason({
      ...common,
      code: 'webhook_edited',
      detail: `The stored row of the webhook ${id} was changed outside this service. Nothing is sent to it.`,
      action: `Find out who changed it, and make a new one: POST /v1/webhooks.`,
    });
  const fault = faultOf(delivery);
  if (status === 'paused' && reason !== 'operator')
    return healthReason({
      ...common,
      code: 'webhook_paused',
      detail: `The webhook ${id} was paused: ${pauses[reason ?? 'failures']}.${fault}`,
      since,
      action: `Look at its receiver and at GET /v1/webhooks/${id}; then POST /v1/webhooks/${id}/resume.`,
    });
  const failingSince = delivery?.failingSince ?? null;
  if (status !== 'active' || failingSince === null || now - Date.parse(failingSince) < failingMs) return undefined;
  return healthReason({
    ...common,
    code: 'webhook_failing',
    detail: `The webhook ${id} fails.${fault}`,
    since: failingSince,
    action: `Look at its receiver and at GET /v1/webhooks/${id}; POST /v1/webhooks/${id}/test sends a test.`,
  });
}

const pauses: Readonly<Record<string, string>> = {
  failures: 'no delivery succeeded for too long',
  gone: 'its receiver answers 410',
  expired: 'its place is no longer in the log of changes; choose one with POST …/replay first',
};

function faultOf(delivery: WebhookDelivery | undefined): string {
  const { lastFailure = null } = delivery ?? {};
  if (lastFailure === null) return '';
  const { problem, status, errorCode } = lastFailure;
  return ` The last delivery failed: ${[problem, status, errorCode].filter((part) => part !== null).join(', ')}.`;
}
