import type { DomainEvent } from '../../../lib/domain/domain-event.ts';
import type { Outbox } from '../../../lib/domain/ports/outbox.ts';
import { shardOf } from '../../../lib/domain/shard.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

export const outboxIn = (tables: MemoryTables, onCall: OnCall): Outbox => ({
  async put(event, subject) {
    await onCall('outbox.put', [event, subject]);
    if (subject === undefined) addEvent(tables, event);
    else addChained(tables, event, subject);
  },

  async find(ids) {
    await onCall('outbox.find', [ids]);
    return ids.map((id) => copy(tables.outbox.get(id)));
  },

  async published(id) {
    await onCall('outbox.published', [id]);
    const there = tables.outbox.get(id);
    if (there !== undefined && there.cursor !== null) tables.outbox.set(id, { ...there, pending: false });
  },

  async unpublished(before, limit, shard) {
    await onCall('outbox.unpublished', [before, limit, shard]);
    const waiting = [...tables.outbox.values()].filter(
      ({ pending, event }) => pending && event.at < before && (shard === undefined || shardOf(event.id) === shard),
    );
    return copy(
      waiting
        .map(({ event }) => event)
        .sort((a, b) => (a.at < b.at ? -1 : 1))
        .slice(0, limit),
    );
  },
});

/** Adds an event once, however often it is reported. */
export function addEvent({ outbox }: MemoryTables, event: DomainEvent, previous?: string): void {
  if (outbox.has(event.id)) return;
  outbox.set(event.id, { event: copy(event), cursor: null, pending: true, previous: previous ?? null });
}

/** The same, behind the last one of its subject. */
export function addChained(tables: MemoryTables, event: DomainEvent, subject: string): void {
  if (tables.outbox.has(event.id)) return;
  addEvent(tables, event, tables.lastEvents.get(subject));
  tables.lastEvents.set(subject, event.id);
}
