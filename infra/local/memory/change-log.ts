import { cursorOf, type LoggedEvent } from '../../../lib/domain/change.ts';
import type { LogOfChanges } from '../../../lib/domain/ports/changes.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

export const logIn = (tables: MemoryTables, onCall: OnCall): LogOfChanges => {
  const isKept = (one: LoggedEvent | undefined, now: number) => one !== undefined && one.keptUntil > now / 1_000;
  return {
    async head() {
      await onCall('changes.head', []);
      return copy(tables.logHead);
    },

    async read(after, to, now) {
      await onCall('changes.read', [after, to]);
      const found: LoggedEvent[] = [];
      for (let position = after + 1; position <= to; position++) {
        const one = tables.changes.get(position);
        if (one === undefined || !isKept(one, now)) break;
        found.push(one);
      }
      return copy(found);
    },

    async oldest(head, now) {
      await onCall('changes.oldest', [head]);
      let position = head.position + 1;
      while (isKept(tables.changes.get(position - 1), now)) position -= 1;
      return position;
    },

    async append(head, events) {
      await onCall('changes.append', [head, events]);
      const stored = events.map(({ event }) => tables.outbox.get(event.id));
      if (tables.logHead.position !== head.position) return false;
      if (stored.some((one) => one === undefined || one.cursor !== null)) return false;
      for (const one of events) {
        tables.changes.set(one.position, copy(one));
        const there = tables.outbox.get(one.event.id);
        if (there !== undefined) tables.outbox.set(one.event.id, { ...there, cursor: cursorOf(one) });
        const { position, check, keptUntil } = one;
        tables.logHead = { position, check, keptUntil };
      }
      return true;
    },
  };
};
