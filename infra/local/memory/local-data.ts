import { placeKey } from '../../../lib/domain/local-data.ts';
import type { LocalDataStore } from '../../../lib/domain/ports/local-data.ts';
import { append, isTaken } from './audit.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

export const localDataIn = (tables: MemoryTables, onCall: OnCall): LocalDataStore => ({
  async find(place) {
    await onCall('localData.find', [place]);
    return copy(tables.localData.get(placeKey(place)));
  },

  async findMany(application, refs) {
    await onCall('localData.findMany', [application, refs]);
    return refs.map((ref) => copy(tables.localData.get(placeKey({ application, ref }))));
  },

  async change({ before, data, entry }) {
    await onCall('localData.change', [data, entry]);
    const there = tables.localData.get(placeKey(data.place));
    const isBefore = there?.sequence === before?.sequence && there?.auditHead === before?.auditHead;
    if (!isBefore || isTaken(tables.audit, entry)) return false;
    append(tables.audit, entry);
    tables.localData.set(placeKey(data.place), copy(data));
    return true;
  },
});
