import type { BlockRef } from '../../domain/block.ts';
import { ageSeconds } from '../../domain/claim.ts';
import { type Head, newestHead, type Progress } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';

/** How far the cursor is behind the newest known block. Null where one of the two does not exist yet. */
export interface Lag {
  readonly cursor: BlockRef | null;
  readonly head: Head | null;
  readonly lagBlocks: number | null;
  /** By the chain's time, plus the time since the head was last seen: it grows while no process sees a node. */
  readonly lagSeconds: number | null;
}

export function lagOf(
  { cursor, head: storedHead }: Progress,
  { memory, clock }: Pick<Service, 'memory' | 'clock'>,
): Lag {
  const head = newestHead(storedHead, memory.head()) ?? null;
  if (cursor === null || head === null) return { cursor, head, lagBlocks: null, lagSeconds: null };
  return {
    cursor,
    head,
    lagBlocks: Math.max(0, head.height - cursor.height),
    lagSeconds: ageSeconds(cursor, head, clock.now()),
  };
}
