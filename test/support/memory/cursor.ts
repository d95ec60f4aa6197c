import type { BlockRef } from '../../../lib/domain/chain.ts';
import { withMarker } from '../../../lib/domain/invalidation.ts';
import type { Progress } from '../../../lib/domain/progress.ts';
import type { ProgressStore } from '../../../lib/domain/store.ts';
import { blockRef, copy, type MemoryTables, type OnCall } from './tables.ts';

type CursorStore = Pick<
  ProgressStore,
  'publishMark' | 'moveCursor' | 'raiseRules' | 'askForBases' | 'rewind' | 'noteStall' | 'invalidate' | 'reconciled'
>;

/** Changes of the one item that says how far the chain has been followed. */
export function cursorIn(tables: MemoryTables, onCall: OnCall): CursorStore {
  const set = (members: Partial<Progress>): true => {
    tables.progress = { ...tables.progress, ...copy(members) };
    return true;
  };
  const markAtLeast = (height: number): number => Math.max(height, tables.progress.mark ?? height);

  return {
    async publishMark(mark, branch, turn) {
      await onCall('progress.publishMark', [mark, branch, turn]);
      const there = tables.progress;
      return there.branch === branch && there.turn <= turn && set({ mark: markAtLeast(mark), turn });
    },

    async moveCursor(move) {
      await onCall('progress.moveCursor', [move]);
      const { from, branch, turn, to, followedFrom, protocolVersion, rules, settings, reconcileFrom } = move;
      const there = tables.progress;
      if (there.branch !== branch || there.turn > turn || !isSame(there.cursor, from)) return false;
      if ((there.rules ?? 0) > rules) return false;
      const moved = { cursor: blockRef(to), mark: markAtLeast(to.height), turn };
      set({ ...moved, followedFrom, protocolVersion, rules, settings });
      return reconcileFrom === undefined || set({ reconcileFrom });
    },

    async raiseRules(rules, cursor) {
      await onCall('progress.raiseRules', [rules, cursor]);
      const there = tables.progress;
      const raises = (there.rules ?? 0) < rules && isSame(there.cursor, cursor);
      return raises && set({ rules, followedFrom: cursor.height, settings: null });
    },

    async askForBases() {
      await onCall('progress.askForBases', []);
      set({ settings: null });
    },

    async rewind(to, branch) {
      await onCall('progress.rewind', [to, branch]);
      const { rewinds, followedFrom, branch: there } = tables.progress;
      if (there !== branch) return false;
      return set({
        branch: branch + 1,
        rewinds: [...rewinds, { branch: branch + 1, height: to.height }],
        cursor: blockRef(to),
        mark: to.height,
        followedFrom: followedFrom === null ? null : Math.min(followedFrom, to.height),
        head: null,
        settings: null,
      });
    },

    async noteStall(stalled) {
      await onCall('progress.noteStall', [stalled]);
      return (tables.progress.stalled === null) !== (stalled === null) && set({ stalled });
    },

    async invalidate(marker) {
      await onCall('progress.invalidate', [marker]);
      set({ invalidations: withMarker(tables.progress.invalidations, marker) });
      return copy(tables.progress.invalidations);
    },

    async reconciled(height, since) {
      await onCall('progress.reconciled', [height, since]);
      const wanted = tables.progress.reconcileFrom;
      if (wanted !== null && wanted.height <= height && (wanted.at ?? '') < since) set({ reconcileFrom: null });
    },
  };
}

const isSame = (one: BlockRef | null, other: BlockRef | null): boolean =>
  one?.height === other?.height && one?.hash === other?.hash;
