import { cursorOf } from '../../domain/change.ts';
import { messageOf } from '../../domain/errors.ts';
import { latestEndOfLease } from '../../domain/lease.ts';
import type { WebhookRunner } from '../../domain/ports/background-work.ts';
import type { Service } from '../../domain/service.ts';
import { isWaiting, type WebhookDelivery, webhookLeaseMs, webhooksLookedAt } from '../../domain/webhook.ts';

type DispatchService = Pick<Service, 'webhooks' | 'changes' | 'clock' | 'log'> & {
  readonly webhookRunner: WebhookRunner;
};

/**
 * Begins an invocation of its own for each webhook that has something to be sent now, so that none waits for another one (rule HOOK-7).
 * Gives how many. One that is being sent is left to its invocation, which looks for more before it ends.
 */
export async function dispatchWebhooks({
  webhooks,
  changes,
  clock,
  log,
  webhookRunner,
}: DispatchService): Promise<number> {
  const open = await webhooks.open(webhooksLookedAt);
  const active = open.filter(({ status, unreadable }) => status === 'active' && !unreadable);
  if (active.length === 0) return 0;
  const head = cursorOf(await changes.head());
  const deliveries = await webhooks.deliveries(active.map(({ id }) => id));
  const due = active.filter((_, at) => isDue(deliveries[at], head, clock.now()));
  await Promise.all(
    due.map(({ id }) =>
      webhookRunner
        .deliver(id)
        .catch((error: unknown) => log.warn('no delivery was begun', { webhook: id, error: messageOf(error) })),
    ),
  );
  return due.length;
}

function isDue(delivery: WebhookDelivery | undefined, head: string, now: number): boolean {
  if (delivery === undefined || delivery.cursor === head) return false;
  const { until } = delivery;
  const isLeased = until > now && until <= latestEndOfLease(now + webhookLeaseMs);
  return !isLeased && !isWaiting(delivery, now);
}
