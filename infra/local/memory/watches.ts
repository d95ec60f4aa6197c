import type { Watches } from '../../../lib/domain/ports/watches.ts';
import { type MemoryTables, type OnCall, pagesOf } from './tables.ts';

const presence = '!';

export const watchesIn = (tables: MemoryTables, onCall: OnCall): Watches => ({
  async put(watcher, keys, expiresAt) {
    await onCall('watches.put', [watcher, keys, expiresAt]);
    for (const [call, who] of [['watches.presence', presence] as const, ['watches.row', watcher] as const]) {
      for (const key of new Set(keys)) {
        await onCall(call, [key]);
        const rows = tables.watches.get(key) ?? new Map<string, number>();
        tables.watches.set(key, rows.set(who, Math.max(expiresAt, rows.get(who) ?? 0)));
      }
    }
  },

  async present(keys) {
    await onCall('watches.present', [keys]);
    return [...new Set(keys)].filter((key) => tables.watches.get(key)?.has(presence));
  },

  async missing(asked) {
    await onCall('watches.missing', [asked]);
    return asked.map(({ watcher, keys, until }) =>
      [...new Set(keys)].filter((key) => {
        const rows = tables.watches.get(key);
        return [watcher, presence].some((who) => !((rows?.get(who) ?? Number.NaN) >= until));
      }),
    );
  },

  async *watchers(key) {
    await onCall('watches.watchers', [key]);
    yield* pagesOf([...(tables.watches.get(key)?.keys() ?? [])].filter((watcher) => watcher !== presence).sort());
  },
});
