import type { Conflict } from '../../../lib/domain/conflict.ts';
import { eventsOf } from '../../../lib/domain/events.ts';
import type { Conflicts } from '../../../lib/domain/ports/conflicts.ts';
import { append, isTaken } from './audit.ts';
import { addEvent } from './outbox.ts';
import { copy, kept, type MemoryTables, type OnCall } from './tables.ts';

export const conflictsIn = (tables: MemoryTables, onCall: OnCall): Conflicts => ({
  async get(id) {
    await onCall('conflicts.get', [id]);
    return copy(tables.conflicts.get(id));
  },

  async byStatus(status, { after, limit }) {
    await onCall('conflicts.byStatus', [status]);
    const last = after === undefined ? undefined : tables.conflicts.get(after);
    if (after !== undefined && last === undefined) return { conflicts: [], more: false };
    const found = [...tables.conflicts.values()]
      .filter((conflict) => conflict.status === status && (last === undefined || newestFirst(last, conflict) < 0))
      .sort(newestFirst);
    return { conflicts: copy(found.slice(0, limit)), more: found.length > limit };
  },

  async count(status) {
    await onCall('conflicts.count', [status]);
    return [...tables.conflicts.values()].filter((conflict) => conflict.status === status).length;
  },

  async change(conflict, entry) {
    await onCall('conflicts.change', [conflict, entry]);
    if (!follows(tables, conflict) || (entry !== undefined && isTaken(tables.audit, entry))) return false;
    if (entry !== undefined) append(tables.audit, entry);
    tables.conflicts.set(conflict.id, kept(conflict));
    for (const event of eventsOf(undefined, conflict, { at: entry?.timestamp })) addEvent(tables, event);
    return true;
  },
});

/** Its revision is one above the stored one. */
export const follows = (tables: MemoryTables, { id, revision }: Conflict): boolean =>
  (tables.conflicts.get(id)?.revision ?? 0) === revision - 1;

const newestFirst = (a: Conflict, b: Conflict): number =>
  a.openedAt === b.openedAt ? (a.id > b.id ? -1 : 1) : a.openedAt > b.openedAt ? -1 : 1;
