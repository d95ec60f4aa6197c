import type { Activity } from '../../../lib/domain/activity.ts';
import type { ActivityStore } from '../../../lib/domain/ports/activity.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

export const activityIn = (tables: MemoryTables, onCall: OnCall): ActivityStore => ({
  async put(activities) {
    await onCall('activity.put', [activities]);
    for (const activity of activities) tables.activity.set(`${activity.account} ${activity.place}`, copy(activity));
  },

  async list(account, { before, limit, role, transferId }) {
    await onCall('activity.list', [account]);
    const isWanted = (one: Activity): boolean =>
      one.account === account &&
      one.place < before &&
      (role === undefined || one.role === role) &&
      (transferId === undefined || one.transfer?.id === transferId);
    const rows = [...tables.activity.values()].filter(isWanted).toSorted((a, b) => (a.place < b.place ? 1 : -1));
    const items = copy(rows.slice(0, limit));
    return { items, last: rows.length > limit ? items.at(-1)?.place : undefined };
  },
});
