import { dayAt, lastDays } from '../../../lib/domain/days.ts';
import { hotKeySlotOf, hottestKeys } from '../../../lib/domain/hot-keys.ts';
import type { ProgressStore } from '../../../lib/domain/ports/progress-store.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

type RunStore = Pick<ProgressStore, 'acquireSyncLease' | 'renewSyncLease' | 'releaseSyncLease' | 'noteTick' | 'ticks'>;
type Figures = Pick<ProgressStore, 'saveHotKeys' | 'hotKeys' | 'noteDrift' | 'drift'>;

/** Whose turn at sync it is, and what the latest runs did. */
export function runsIn(tables: MemoryTables, onCall: OnCall): RunStore {
  const isOwn = (owner: string, token: number) => tables.turn.owner === owner && tables.turn.token === token;
  return {
    async acquireSyncLease(owner, now, until) {
      await onCall('progress.takeTurn', [owner, now, until]);
      if (tables.turn.until > now) return undefined;
      tables.turn = { owner, token: tables.turn.token + 1, until };
      return tables.turn.token;
    },

    async renewSyncLease(owner, token, until) {
      await onCall('progress.keepTurn', [owner, token, until]);
      if (!isOwn(owner, token)) return false;
      tables.turn = { owner, token, until };
      return true;
    },

    async releaseSyncLease(owner, token) {
      await onCall('progress.endTurn', [owner, token]);
      if (isOwn(owner, token)) tables.turn = { owner, token, until: 0 };
    },

    async noteTick(tick) {
      await onCall('progress.noteTick', [tick]);
      tables.ticks = [copy(tick), ...tables.ticks].slice(0, 20);
    },

    async ticks() {
      await onCall('progress.ticks', []);
      return copy(tables.ticks);
    },
  };
}

/** What is served most, and what processes tell of their answers. */
export const figuresIn = (tables: MemoryTables, onCall: OnCall): Figures => ({
  async saveHotKeys(process, keys, now) {
    await onCall('progress.noteHeat', [process, keys, now]);
    tables.heat.set(hotKeySlotOf(process), { keys: [...keys], at: now });
  },

  async hotKeys(now) {
    await onCall('progress.heat', [now]);
    return hottestKeys([...tables.heat.values()], now);
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
