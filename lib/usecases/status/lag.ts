import type { BlockRef } from '../../domain/block.ts';
import { ageSeconds } from '../../domain/claim.ts';
import { type Head, newestHead, type Progress } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';

/** How far what has been followed is behind the newest block that anybody of ours has seen. Nulls before there is any. */
export interface Lag {
  readonly cursor: BlockRef | null;
  readonly head: Head | null;
  readonly lagBlocks: number | null;
  /** By the chain's own time, and since the head was last seen: it grows when nobody looks. */
  readonly lagSeconds: number | null;
}

export function lagOf({ cursor, head: told }: Progress, { memory, clock }: Pick<Service, 'memory' | 'clock'>): Lag {
  const head = newestHead(told, memory.head()) ?? null;
  if (cursor === null || head === null) return { cursor, head, lagBlocks: null, lagSeconds: null };
  return {
    cursor,
    head,
    lagBlocks: Math.max(0, head.height - cursor.height),
    lagSeconds: ageSeconds(cursor, head, clock.now()),
  };
}
