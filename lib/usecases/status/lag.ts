import type { BlockRef } from '../../domain/block.ts';
import { ageSeconds } from '../../domain/claim.ts';
import { type Head, newestHead, type Progress, unseenMs } from '../../domain/progress.ts';
import type { Service } from '../../domain/service.ts';

/** How far the cursor is behind the newest known block. Null where one of the two does not exist yet. */
export interface Lag {
  readonly cursor: BlockRef | null;
  readonly head: Head | null;
  readonly lagBlocks: number | null;
  /**
   * By our own clock: since this process first saw the block after the cursor. A pause of the chain is no lag. Where this process
   * has not watched for so long, by the chain's time. It grows while no process sees a node.
   */
  readonly lagSeconds: number | null;
}

export function lagOf(
  { cursor, head: storedHead }: Progress,
  { memory, clock }: Pick<Service, 'memory' | 'clock'>,
): Lag {
  const now = clock.steady();
  const head = newestHead(storedHead, memory.head(), now) ?? null;
  if (head !== null) memory.noteSight(head.height);
  if (cursor === null || head === null) return { cursor, head, lagBlocks: null, lagSeconds: null };
  const lagBlocks = Math.max(0, head.height - cursor.height);
  const behindSince = lagBlocks === 0 ? undefined : memory.firstSightAbove(cursor.height);
  const lagSeconds =
    behindSince === undefined
      ? ageSeconds(cursor, head, now)
      : Math.floor(Math.max(now - behindSince, unseenMs(head, now)) / 1000);
  return { cursor, head, lagBlocks, lagSeconds };
}
