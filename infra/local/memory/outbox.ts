import type { DomainEvent, Outbox } from '../../../lib/domain/ports/outbox.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

export const outboxIn = (tables: MemoryTables, onCall: OnCall): Outbox => ({
  async put(event) {
    await onCall('outbox.put', [event]);
    addEvent(tables, event);
  },

  async published(id) {
    await onCall('outbox.published', [id]);
    const there = tables.outbox.get(id);
    if (there !== undefined) tables.outbox.set(id, { ...there, pending: false });
  },

  async unpublished(before, limit) {
    await onCall('outbox.unpublished', [before]);
    const waiting = [...tables.outbox.values()].filter(({ pending, event }) => pending && event.at < before);
    return copy(
      waiting
        .map(({ event }) => event)
        .sort((a, b) => (a.at < b.at ? -1 : 1))
        .slice(0, limit),
    );
  },
});

/** Adds an event once, however often it is reported. */
export function addEvent({ outbox }: MemoryTables, event: DomainEvent): void {
  if (!outbox.has(event.id)) outbox.set(event.id, { event: copy(event), pending: true });
}
