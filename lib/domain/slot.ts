import { createHash } from 'node:crypto';

/** The slot of a process or a key, of this many slots; two may share one by chance. */
export const slotOf = (name: string, slots: number): number =>
  createHash('sha256').update(name).digest().readUInt32BE() % slots;
