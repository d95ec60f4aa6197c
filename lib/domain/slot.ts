import { createHash } from 'node:crypto';

/** Processes come and go: of so many places that are kept, each has one, which it may share with others by chance. */
export const slotOf = (process: string, slots: number): number =>
  (createHash('sha256').update(process).digest()[0] ?? 0) % slots;
