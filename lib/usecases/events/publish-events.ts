import type { DomainEvent } from '../../domain/domain-event.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Publisher } from '../../domain/ports/outbox.ts';
import type { Service } from '../../domain/service.ts';

type PublishService = Pick<Service, 'outbox' | 'log' | 'metrics' | 'clock'> & { readonly publisher: Publisher };

/** The bus takes at most this many events in one request. */
const batchSize = 10;
/** The stream has lost an event that waits for longer, or the event has become a dead letter. */
const overdueMs = 600_000;
const sweepSize = 500;

/**
 * Publishes events, each at least once, marks those that the bus has taken, and gives the ids of the others. An event that
 * was taken but not marked is not among these: `publishPending` publishes it once more, and subscribers know it by its id.
 */
export async function publishEvents(
  events: readonly DomainEvent[],
  service: PublishService,
): Promise<ReadonlySet<string>> {
  const refused = new Set<string>();
  for (let at = 0; at < events.length; at += batchSize) {
    const batch = events.slice(at, at + batchSize);
    for (const id of await refusedOf(batch, service)) refused.add(id);
    await Promise.all(batch.filter(({ id }) => !refused.has(id)).map(({ id }) => mark(id, service)));
  }
  return refused;
}

async function refusedOf(
  batch: readonly DomainEvent[],
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

/** Publishes overdue events, oldest first (rule CONFLICT-5); gives how many of them the bus has taken. */
export async function publishPending(service: PublishService): Promise<number> {
  const before = new Date(service.clock.now() - overdueMs).toISOString();
  const waiting = await service.outbox.unpublished(before, sweepSize);
  return waiting.length - (await publishEvents(waiting, service)).size;
}
