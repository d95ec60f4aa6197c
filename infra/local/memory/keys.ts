import type { StoredKey } from '../../../lib/domain/api-key.ts';
import type { Keys } from '../../../lib/domain/ports/keys.ts';
import { append, isTaken } from './audit.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

export const keysIn = (tables: MemoryTables, onCall: OnCall): Keys => ({
  async find(id) {
    await onCall('keys.find', [id]);
    return copy(tables.keys.get(id));
  },

  async list({ after, limit }) {
    await onCall('keys.list', [after]);
    const last = after === undefined ? undefined : tables.keys.get(after);
    if (after !== undefined && last === undefined) return { keys: [], more: false };
    const found = [...tables.keys.values()]
      .filter((key) => last === undefined || newestFirst(last, key) < 0)
      .sort(newestFirst);
    return { keys: copy(found.slice(0, limit)), more: found.length > limit };
  },

  async change(...changes) {
    await onCall('keys.change', changes);
    const follows = ({ id, revision }: StoredKey) => (tables.keys.get(id)?.revision ?? 0) === revision - 1;
    if (!changes.every(({ key, entry }) => follows(key) && !isTaken(tables.audit, entry))) return false;
    for (const { key, entry } of changes) {
      append(tables.audit, entry);
      tables.keys.set(key.id, copy(key));
    }
    return true;
  },
});

const newestFirst = (a: StoredKey, b: StoredKey): number =>
  a.createdAt === b.createdAt ? (a.id > b.id ? -1 : 1) : a.createdAt > b.createdAt ? -1 : 1;
