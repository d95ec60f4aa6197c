import { slotOf } from './slot.ts';

/** Processes come and go: what they served most is kept in this many slots, which processes share by chance. */
export const hotKeySlots = 8;

/** The keys that a process served most, most served first; `at` in milliseconds since the epoch. */
export interface HotKeys {
  readonly keys: readonly string[];
  readonly at: number;
}

/** After this time a report is too old to show what is hot. */
export const hotKeysLastMs = 15 * 60_000;

export const hotKeySlotOf = (process: string): number => slotOf(process, hotKeySlots);

/** Keys that more processes have served come first; among these, the ones with the best rank in a process. */
export function hottestKeys(slots: readonly HotKeys[], now: number): readonly string[] {
  const found = new Map<string, { readonly slots: number; readonly rank: number }>();
  for (const { keys } of slots.filter(({ at }) => at > now - hotKeysLastMs)) {
    for (const [rank, key] of keys.entries()) {
      const before = found.get(key);
      found.set(key, { slots: (before?.slots ?? 0) + 1, rank: Math.min(rank, before?.rank ?? rank) });
    }
  }
  return [...found]
    .sort(([key, a], [otherKey, b]) => b.slots - a.slots || a.rank - b.rank || (key < otherKey ? -1 : 1))
    .map(([key]) => key);
}
