import { type LogHead, type LogPlace, parseCursor } from '../../domain/change.ts';
import type { Service } from '../../domain/service.ts';
import { type StoredWebhook, type WebhookDelivery, webhooksLookedAt } from '../../domain/webhook.ts';

/** The event that has waited longest to be sent to a webhook, or to be passed over because it does not fit. */
export interface Undelivered {
  /** The id of the webhook. */
  readonly webhook: string;
  /** When the event happened, ISO 8601; null: the log does not have it any more. */
  readonly at: string | null;
  /** Events from there to the head of the log, also those that do not fit. */
  readonly events: number;
}

/** Webhooks that are not disabled. */
export interface WebhookFigures {
  readonly active: number;
  readonly paused: number;
  /** Rows that were changed outside this service: nothing is sent to them. */
  readonly edited: number;
  /** Of the active ones, those whose last delivery failed. */
  readonly failing: number;
  /** null: everything is delivered. Of active and paused ones: what a paused one has not got when it expires is lost to it. */
  readonly oldestUndelivered: Undelivered | null;
}

type FiguresService = Pick<Service, 'webhooks' | 'changes' | 'clock'>;

/** At most four readings of the store, however many there are. */
export async function webhookFigures(service: FiguresService): Promise<WebhookFigures> {
  const found = await service.webhooks.open(webhooksLookedAt);
  const readable = found.filter(({ unreadable }) => !unreadable);
  const deliveries = await service.webhooks.deliveries(readable.map(({ id }) => id));
  const withDeliveries = readable.map((webhook, at) => ({ webhook, delivery: deliveries[at] }));
  const active = withDeliveries.filter(({ webhook }) => webhook.status === 'active');
  return {
    active: active.length,
    paused: readable.length - active.length,
    edited: found.length - readable.length,
    failing: active.filter(({ delivery }) => (delivery?.failures ?? 0) > 0).length,
    oldestUndelivered: (await oldestUndelivered(withDeliveries, service)) ?? null,
  };
}

interface Followed {
  readonly webhook: Pick<StoredWebhook, 'id'>;
  readonly delivery: WebhookDelivery | undefined;
}

/** Of the webhook that is furthest behind; undefined: none is behind. */
export async function oldestUndelivered(
  followed: readonly Followed[],
  { changes, clock }: FiguresService,
): Promise<Undelivered | undefined> {
  if (followed.length === 0) return undefined;
  const head = await changes.head();
  const [furthest] = followed
    .flatMap(({ webhook, delivery }) => placesBehind(webhook.id, delivery, head))
    .sort((a, b) => a.place.position - b.place.position);
  if (furthest === undefined) return undefined;
  const { id, place } = furthest;
  const [next] = await changes.read(place.position, place.position + 1, clock.now());
  return { webhook: id, at: next?.event.at ?? null, events: head.position - place.position };
}

function placesBehind(
  id: string,
  delivery: WebhookDelivery | undefined,
  head: LogHead,
): { id: string; place: LogPlace }[] {
  const place = parseCursor(delivery?.cursor ?? '');
  return place === undefined || place.position >= head.position ? [] : [{ id, place }];
}
