import { dayAt, lastDays } from '../../../lib/domain/days.ts';
import { hotKeySlotOf, hottestKeys } from '../../../lib/domain/hot-keys.ts';
import { latestEndOfLease } from '../../../lib/domain/lease.ts';
import type { ProgressStore } from '../../../lib/domain/ports/progress-store.ts';
import { shortReason } from '../../../lib/domain/progress.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

type RunStore = Pick<ProgressStore, 'acquireSyncLease' | 'renewSyncLease' | 'releaseSyncLease' | 'noteTick' | 'ticks'>;
type Figures = Pick<ProgressStore, 'saveHotKeys' | 'hotKeys' | 'noteDrift' | 'drift'>;

/** The sync lease, and the latest ticks. */
export function runsIn(tables: MemoryTables, onCall: OnCall): RunStore {
  const isOwn = (owner: string, token: number) => tables.syncLease.owner === owner && tables.syncLease.token === token;
  return {
    async acquireSyncLease(owner, now, until) {
      await onCall('progress.acquireSyncLease', [owner, now, until]);
      const isHeld = tables.syncLease.until > now && tables.syncLease.until <= latestEndOfLease(until);
      if (isHeld) return undefined;
      tables.syncLease = { owner, token: tables.syncLease.token + 1, until };
      return tables.syncLease.token;
    },

    async renewSyncLease(owner, token, until) {
      await onCall('progress.renewSyncLease', [owner, token, until]);
      if (!isOwn(owner, token)) return false;
      tables.syncLease = { owner, token, until };
      return true;
    },

    async releaseSyncLease(owner, token) {
      await onCall('progress.releaseSyncLease', [owner, token]);
      if (isOwn(owner, token)) tables.syncLease = { owner, token, until: 0 };
    },

    async noteTick(tick) {
      await onCall('progress.noteTick', [tick]);
      tables.ticks = [{ ...copy(tick), reason: shortReason(tick.reason) }, ...tables.ticks].slice(0, 20);
    },

    async ticks() {
      await onCall('progress.ticks', []);
      return copy(tables.ticks);
    },
  };
}

/** The hot keys and the drift figures that processes report. */
export const figuresIn = (tables: MemoryTables, onCall: OnCall): Figures => ({
  async saveHotKeys(process, keys, now) {
    await onCall('progress.saveHotKeys', [process, keys, now]);
    tables.hotKeys.set(hotKeySlotOf(process), { keys: [...keys], at: now });
  },

  async hotKeys(now) {
    await onCall('progress.hotKeys', [now]);
    return hottestKeys([...tables.hotKeys.values()], now);
  },

  async noteDrift({ same, differs, none }, now) {
    await onCall('progress.noteDrift', [{ same, differs, none }, now]);
    const there = tables.drift.get(dayAt(now)) ?? { same: 0, differs: 0, none: 0 };
    tables.drift.set(dayAt(now), {
      same: there.same + same,
      differs: there.differs + differs,
      none: there.none + none,
    });
  },

  async drift(now) {
    await onCall('progress.drift', [now]);
    return lastDays(now, 7).flatMap((day) => {
      const found = tables.drift.get(day);
      return found === undefined ? [] : [{ day, ...found }];
    });
  },
});
