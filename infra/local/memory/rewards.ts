import type { Rewards } from '../../../lib/domain/ports/rewards.ts';
import type { EndedEra } from '../../../lib/domain/rewards.ts';
import { kept, type MemoryTables, type OnCall } from './tables.ts';

export const rewardsIn = ({ rewards }: MemoryTables, onCall: OnCall): Rewards => {
  const inOrder = () => [...rewards.values()].sort((a, b) => a.era - b.era);
  return {
    async keep(ended, shares) {
      await onCall('rewards.keep', [ended, shares]);
      if ((rewards.get(ended.era)?.fork ?? 0) > ended.fork) return;
      rewards.set(ended.era, { ...kept(ended), shares: new Map(shares) });
    },

    async of(account, from, to) {
      await onCall('rewards.of', [account, from, to]);
      return inOrder()
        .filter(({ era }) => era >= from && era <= to)
        .toReversed()
        .map(({ shares, ...ended }) => ({ ...kept(ended), shares: shares.get(account) ?? [] }));
    },

    async eras(from, to) {
      await onCall('rewards.eras', [from, to]);
      return inOrder()
        .filter(({ era }) => era >= from && era <= to)
        .toReversed()
        .map(({ shares: _shares, ...ended }): EndedEra => kept(ended));
    },

    async kept(counts) {
      await onCall('rewards.kept', []);
      const eras = inOrder().map(({ shares: _shares, ...ended }): EndedEra => kept(ended));
      const [first, last] = [eras[0], eras.findLast(counts)];
      return first === undefined || last === undefined ? undefined : { first, last };
    },
  };
};
