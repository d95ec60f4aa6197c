import pLimit from 'p-limit';
import { cursorOf, type LoggedEvent } from '../../domain/change.ts';
import { type ChangeEvent, changeEvent, isWanted } from '../../domain/change-event.ts';
import { refKey } from '../../domain/entity.ts';
import type { DeliveryOutcome } from '../../domain/ports/webhook-sender.ts';
import type { Service } from '../../domain/service.ts';
import type { StoredWebhook } from '../../domain/webhook.ts';
import type { WebhookSecret } from '../../domain/webhook-signature.ts';
import { type SendService, sendEvent } from './send-event.ts';

export type PageService = SendService & Pick<Service, 'definitions' | 'metrics'>;

export interface PageRequest {
  readonly webhook: StoredWebhook;
  readonly secrets: readonly WebhookSecret[];
  readonly events: readonly LoggedEvent[];
  /** How many events may be on their way at once. */
  readonly atOnce: number;
  /** Whether there is time for one more request. */
  hasTime(): boolean;
}

export interface PageOutcome {
  /** Everything through here was taken, or does not fit; undefined: nothing was. */
  readonly through: string | undefined;
  readonly delivered: number;
  readonly failure: { readonly event: ChangeEvent; readonly outcome: DeliveryOutcome } | undefined;
}

/**
 * Sends the events of a page that fit. Those of one record follow each other, each after the one before was taken (rule HOOK-2). Nothing is
 * begun after a failure. Events behind the first that was not taken may have been taken: they are sent once more.
 */
export async function deliverPage(
  { webhook, secrets, events, atOnce, hasTime }: PageRequest,
  service: PageService,
): Promise<PageOutcome> {
  const fitting = events.flatMap((logged) => {
    const event = changeEvent(logged.event, cursorOf(logged), service.definitions);
    return isWanted(event, webhook.filter) ? [{ logged, event }] : [];
  });
  const taken = new Set<LoggedEvent>();
  let failure: PageOutcome['failure'];
  const latest = new Map<string, Promise<void>>();
  // They begin in the order of the log, so that little is taken behind one that fails.
  await pLimit(atOnce).map(fitting, ({ logged, event }) => {
    const subject = subjectOf(event);
    const sending = sendAfter(latest.get(subject), logged, event);
    latest.set(subject, sending);
    return sending;
  });
  const waiting = fitting.find(({ logged }) => !taken.has(logged))?.logged;
  const last = waiting === undefined ? events.at(-1) : events.findLast(({ position }) => position < waiting.position);
  return { through: last && cursorOf(last), delivered: taken.size, failure };

  async function sendAfter(before: Promise<void> | undefined, logged: LoggedEvent, event: ChangeEvent): Promise<void> {
    await before;
    if (failure !== undefined || !hasTime()) return;
    const outcome = await sendEvent(event, { url: webhook.url, secrets }, service);
    service.metrics.count(outcome.problem === null ? 'WebhookDelivered' : 'WebhookFailed');
    if (outcome.problem === null) taken.add(logged);
    else failure ??= { event, outcome };
  }
}

/** Events about no entity keep their order among themselves. */
const subjectOf = ({ ref }: ChangeEvent): string => (ref === null ? '' : refKey(ref));
