import { cursorOf, type LogPlace } from '../../domain/change.ts';
import type { Service } from '../../domain/service.ts';
import type { StoredWebhook } from '../../domain/webhook.ts';
import { namedPlace, refusedPlace } from '../events/named-place.ts';
import { uncontestedChange } from '../store-access.ts';
import type { WebhookMaker } from './create-webhook.ts';
import { openWebhook } from './list-webhooks.ts';
import { isInLog } from './log-page.ts';
import { changedWebhook, type WebhookService } from './webhook-change.ts';

type ReplayService = WebhookService & Pick<Service, 'changes' | 'log'>;

/**
 * Sets the place from which a webhook goes on, after an entry of its trail that says so: events may be passed over by it (rule HOOK-6). Who sends at the moment stores nothing any more, so that its place is not lost
 * (rule HOOK-3). Throws InvalidRequest where the log has no such place, or it is no longer kept.
 */
export async function replayWebhook(
  id: string,
  after: string,
  { actor, refuse }: Pick<WebhookMaker, 'actor' | 'refuse'>,
  service: ReplayService,
): Promise<StoredWebhook> {
  await openWebhook(id, service);
  const place = cursorOf(await placeOf(after, service));
  const webhook = await uncontestedChange('webhook', async () => {
    const before = await openWebhook(id, service);
    refuse?.(before);
    return changedWebhook(before, {}, { actor, place }, service);
  });
  await service.webhooks.moveTo(id, place);
  service.log.info('a webhook goes on from another place', { webhook: id, after, actor });
  return webhook;
}

async function placeOf(after: string, { changes, clock }: Pick<Service, 'changes' | 'clock'>): Promise<LogPlace> {
  const head = await changes.head();
  const place = await namedPlace(after, head, { changes, clock });
  if (!(await isInLog(place, head, { changes, clock })))
    throw refusedPlace('is no place that the log of changes still has');
  return place;
}
