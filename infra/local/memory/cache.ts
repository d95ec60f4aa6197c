import { refKey } from '../../../lib/domain/entity.ts';
import type { Cache } from '../../../lib/domain/ports/cache.ts';
import { copy, kept, type MemoryTables, type OnCall } from './tables.ts';

export const cacheIn = (tables: MemoryTables, onCall: OnCall): Cache => ({
  async get(ref) {
    await onCall('cache.get', [ref]);
    return copy(tables.cache.get(refKey(ref))?.entry);
  },

  async put(entry, expiresAt) {
    await onCall('cache.put', [entry, expiresAt]);
    const there = tables.cache.get(refKey(entry.ref))?.entry;
    const older = there === undefined || there.sequence < entry.sequence;
    const below = there?.sequence === entry.sequence && there.block.height < entry.block.height;
    const sameBlock = there?.sequence === entry.sequence && there.block.height === entry.block.height;
    const mayReplace = sameBlock && (there.conflict === null || entry.conflict !== null);
    if (older || below || mayReplace) tables.cache.set(refKey(entry.ref), { entry: kept(entry), expiresAt });
  },
});
