import { type ChangeEvent, changeEvent } from '../../domain/change-event.ts';
import type { DomainEvent } from '../../domain/domain-event.ts';
import { messageOf, StoreUnavailable } from '../../domain/errors.ts';
import type { Publisher } from '../../domain/ports/outbox.ts';
import type { Service } from '../../domain/service.ts';
import { appendEvents } from './append-events.ts';

type PublishService = Pick<Service, 'outbox' | 'changes' | 'definitions' | 'log' | 'metrics' | 'clock'> & {
  readonly publisher: Publisher;
};

/** The bus takes at most this many events in one request. */
const batchSize = 10;
/** The stream has lost an event that waits for longer, or the event has become a dead letter. */
const overdueMs = 600_000;
const sweepSize = 500;

/**
 * Rule FEED-3: gives each event its place in the log, then publishes it, at least once, and marks those that the bus has taken. Gives the
 * ids of the others. An event that was taken but not marked is not among these: `publishPending` publishes it once more, and
 * subscribers know it by its id.
 */
export async function publishEvents(
  events: readonly DomainEvent[],
  service: PublishService,
): Promise<ReadonlySet<string>> {
  const once = [...new Map(events.map((event) => [event.id, event])).values()];
  const placed = await placedIn(once, service);
  if (placed === undefined) return new Set(events.map(({ id }) => id));
  const refused = new Set<string>();
  for (let at = 0; at < placed.length; at += batchSize) {
    const batch = placed.slice(at, at + batchSize);
    for (const id of await refusedOf(batch, service)) refused.add(id);
    await Promise.all(batch.filter(({ id }) => !refused.has(id)).map(({ id }) => mark(id, service)));
  }
  return refused;
}

/** Those that are to be published. undefined: not all of them have a place, and none is published. */
async function placedIn(events: readonly DomainEvent[], service: PublishService): Promise<ChangeEvent[] | undefined> {
  try {
    const stored = await appendEvents(events, service);
    return stored.flatMap((one) =>
      one?.pending && one.cursor !== null ? [changeEvent(one.event, one.cursor, service.definitions)] : [],
    );
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    service.log.warn('events were not placed in the log', { error: messageOf(error) });
    return undefined;
  }
}

async function refusedOf(
  batch: readonly ChangeEvent[],
  { publisher, log, metrics }: PublishService,
): Promise<readonly string[]> {
  try {
    const { refused } = await publisher.publish(batch);
    if (refused.length > 0) log.warn('the bus refused events', { events: refused });
    if (batch.length > refused.length) metrics.count('EventPublished', batch.length - refused.length);
    return refused;
  } catch (error) {
    log.warn('events were not published', { error: messageOf(error) });
    return batch.map(({ id }) => id);
  }
}

async function mark(id: string, { outbox, log }: PublishService): Promise<void> {
  await outbox
    .published(id)
    .catch((error: Error) => log.warn('a published event was not marked', { id, error: error.message }));
}

/** The stream has mostly brought an event after a second or two. */
const forgottenMs = 60_000;

/**
 * Rule FEED-9: a look at one shard of the outbox, which costs one reading where nothing waits. Where something does, others may
 * have been lost with it: all shards are looked at, and the oldest events published. Gives how many the bus has taken.
 */
export async function publishForgotten(shard: number, service: PublishService): Promise<number> {
  const before = new Date(service.clock.now() - forgottenMs).toISOString();
  if ((await service.outbox.unpublished(before, 1, shard)).length === 0) return 0;
  return publishThose(before, service);
}

/** Publishes overdue events, oldest first (rule CONFLICT-5); gives how many of them the bus has taken. */
export async function publishPending(service: PublishService): Promise<number> {
  return publishThose(new Date(service.clock.now() - overdueMs).toISOString(), service);
}

async function publishThose(before: string, service: PublishService): Promise<number> {
  const waiting = await service.outbox.unpublished(before, sweepSize);
  const refused = await publishEvents(waiting, service);
  service.metrics.gauge('OutboxPending', refused.size);
  const oldest = waiting.find(({ id }) => refused.has(id));
  const age = oldest === undefined ? 0 : Math.round((service.clock.now() - Date.parse(oldest.at)) / 1_000);
  if (!Number.isNaN(age)) service.metrics.gauge('OutboxOldestSeconds', Math.max(0, age));
  return waiting.length - refused.size;
}
