import { type BlockRef, blockRef } from '../../../lib/domain/block.ts';
import { withMarker } from '../../../lib/domain/invalidation.ts';
import type { ProgressStore } from '../../../lib/domain/ports/progress-store.ts';
import { type Progress, shortReason, withRewind } from '../../../lib/domain/progress.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

type CursorStore = Pick<
  ProgressStore,
  | 'publishMark'
  | 'moveCursor'
  | 'raiseLogicVersion'
  | 'askForBases'
  | 'rewind'
  | 'noteStall'
  | 'invalidate'
  | 'reconciled'
>;

/** Changes of the one item that says how far the chain has been followed. */
export function cursorIn(tables: MemoryTables, onCall: OnCall): CursorStore {
  const set = (members: Partial<Progress>): true => {
    tables.progress = { ...tables.progress, ...copy(members) };
    return true;
  };
  const markAtLeast = (height: number): number => Math.max(height, tables.progress.mark ?? height);

  return {
    async publishMark(mark, fork, leaseToken) {
      await onCall('progress.publishMark', [mark, fork, leaseToken]);
      const there = tables.progress;
      return there.fork === fork && there.leaseToken <= leaseToken && set({ mark: markAtLeast(mark), leaseToken });
    },

    async moveCursor(move) {
      await onCall('progress.moveCursor', [move]);
      const { from, fork, leaseToken, to, reconcileFrom, ...members } = move;
      const { followedFrom, activityFrom, protocolVersion, logicVersion, discovers } = members;
      const settings = members.basesAsked === tables.progress.basesAsked ? members.settings : null;
      const there = tables.progress;
      if (there.fork !== fork || there.leaseToken > leaseToken || !isSame(there.cursor, from)) return false;
      if ((there.logicVersion ?? 0) > logicVersion) return false;
      const moved = { cursor: blockRef(to), mark: markAtLeast(to.height), leaseToken };
      set({ ...moved, followedFrom, activityFrom, protocolVersion, logicVersion, settings, discovers });
      return reconcileFrom === undefined || set({ reconcileFrom });
    },

    async raiseLogicVersion(logicVersion, cursor) {
      await onCall('progress.raiseLogicVersion', [logicVersion, cursor]);
      const there = tables.progress;
      const raises = (there.logicVersion ?? 0) < logicVersion && isSame(there.cursor, cursor);
      return raises && set({ logicVersion, followedFrom: cursor.height, activityFrom: cursor.height, settings: null });
    },

    async askForBases() {
      await onCall('progress.askForBases', []);
      set({ settings: null, basesAsked: tables.progress.basesAsked + 1 });
    },

    async rewind(to, fork) {
      await onCall('progress.rewind', [to, fork]);
      const { rewinds, followedFrom, fork: there } = tables.progress;
      if (there !== fork) return false;
      return set({
        fork: fork + 1,
        rewinds: withRewind(rewinds, { fork: fork + 1, height: to.height }),
        cursor: blockRef(to),
        mark: to.height,
        followedFrom: followedFrom === null ? null : Math.min(followedFrom, to.height),
        head: null,
        settings: null,
      });
    },

    async noteStall(stalled) {
      await onCall('progress.noteStall', [stalled]);
      return (
        (tables.progress.stalled === null) !== (stalled === null) &&
        set({ stalled: stalled && { ...stalled, reason: shortReason(stalled.reason) } })
      );
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

const isSame = (a: BlockRef | null, b: BlockRef | null): boolean => a?.height === b?.height && a?.hash === b?.hash;
