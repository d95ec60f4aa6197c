import { slotOf } from './slot.ts';

/** Processes come and go; what they served most is kept in a few slots, which they share by chance. */
export const hotKeySlots = 8;

/** What a process served most, first; `at` in milliseconds since the epoch. */
export interface HotKeys {
  readonly keys: readonly string[];
  readonly at: number;
}

/** After that nobody knows whether it is hot any more. */
export const hotKeysLastMs = 15 * 60_000;

export const hotKeySlotOf = (process: string): number => slotOf(process, hotKeySlots);

/** What more processes have served comes first; of those, what one of them served most. */
export function hottestKeys(slots: readonly HotKeys[], now: number): readonly string[] {
  const found = new Map<string, { readonly slots: number; readonly rank: number }>();
  for (const { keys } of slots.filter(({ at }) => at > now - hotKeysLastMs)) {
    for (const [rank, key] of keys.entries()) {
      const before = found.get(key);
      found.set(key, { slots: (before?.slots ?? 0) + 1, rank: Math.min(rank, before?.rank ?? rank) });
    }
  }
  return [...found]
    .sort(([a, one], [b, other]) => other.slots - one.slots || one.rank - other.rank || (a < b ? -1 : 1))
    .map(([key]) => key);
}
