import { createHash } from 'node:crypto';

/** The slot of a process, of this many slots; processes may share one by chance. */
export const slotOf = (process: string, slots: number): number =>
  (createHash('sha256').update(process).digest()[0] ?? 0) % slots;
