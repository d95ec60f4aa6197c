import type { CollectionState } from '../../../lib/domain/collection.ts';
import type { CollectionStates } from '../../../lib/domain/ports/collections.ts';
import { shortReason } from '../../../lib/domain/progress.ts';
import { copy, type MemoryTables, type OnCall } from './tables.ts';

export const stateOf = ({ collections }: MemoryTables, packageHash: string): CollectionState =>
  collections.get(packageHash) ?? { packageHash, enumeration: null, interruption: null };

export const collectionStatesIn = (tables: MemoryTables, onCall: OnCall): CollectionStates => {
  const set = (state: CollectionState): void => void tables.collections.set(state.packageHash, copy(state));

  return {
    async get(packageHashes) {
      await onCall('collections.get', [packageHashes]);
      return packageHashes.map((hash) => copy(stateOf(tables, hash)));
    },

    async change(enumeration) {
      await onCall('collections.change', [enumeration]);
      const there = stateOf(tables, enumeration.packageHash);
      if ((there.enumeration?.revision ?? 0) !== enumeration.revision - 1) return false;
      set({ ...there, enumeration: { ...enumeration, reason: shortReason(enumeration.reason) } });
      return true;
    },

    async interrupt(packageHash, interruption) {
      await onCall('collections.interrupt', [packageHash, interruption]);
      const there = stateOf(tables, packageHash);
      const { height, fork } = there.interruption ?? { height: -1, fork: -1 };
      if (interruption.fork > fork || (interruption.fork === fork && interruption.height > height))
        set({ ...there, interruption: { ...interruption, reason: shortReason(interruption.reason) } });
    },
  };
};
