import { messageOf } from '../../domain/errors.ts';
import type { DomainEvent, Publisher } from '../../domain/ports/outbox.ts';
import type { Service } from '../../domain/service.ts';

type PublishService = Pick<Service, 'outbox' | 'log' | 'metrics' | 'clock'> & { readonly publisher: Publisher };

/** What the bus takes in one request. */
const batchSize = 10;
/** An event that has waited for so long was lost by the stream, or ended as a dead letter. */
const overdueMs = 600_000;
const sweepSize = 500;

/**
 * Publishes events, each at least once, and marks those that the bus has taken; ids of the others. One that was taken and
 * could not be marked is not among them: it is swept up later, and its subscribers know it by its id.
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
    .catch((error: Error) => log.warn('an event that was published is not marked', { id, error: error.message }));
}

/** Publishes what should have been published long ago, oldest first; how many of them the bus has taken. */
export async function publishPending(service: PublishService): Promise<number> {
  const before = new Date(service.clock.now() - overdueMs).toISOString();
  const waiting = await service.outbox.unpublished(before, sweepSize);
  return waiting.length - (await publishEvents(waiting, service)).size;
}
