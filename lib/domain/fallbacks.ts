import { slotOf } from './slot.ts';

/** So many that few processes of a day share one, and that one request reads them all. */
export const fallbackSlots = 64;

/** What a process has answered from the database, latest first; `at`, when it said so, in milliseconds since the epoch. */
export interface Fallbacks {
  readonly keys: readonly string[];
  readonly at: number;
}

export const fallbacksLastMs = 24 * 3_600_000;

export const fallbackSlotOf = (process: string): number => slotOf(process, fallbackSlots);

/** Each once, of those who said it last first. */
export function fallenBack(slots: readonly Fallbacks[], now: number): readonly string[] {
  const recent = slots.filter(({ at }) => at > now - fallbacksLastMs);
  return [...new Set(recent.sort((a, b) => b.at - a.at).flatMap(({ keys }) => keys))];
}
