import type { ChainHeader } from '../../domain/block.ts';
import { UnreadableBlock } from '../../domain/errors.ts';
import type { Service } from '../../domain/service.ts';
import type { NotedTick } from '../../domain/tick.ts';

/** A block that is followed without having been read: what it wrote is not known (rule FOLLOW-10). */
export interface UnseenBlock {
  readonly height: number;
  /** undefined: not even the header can be read. */
  readonly header: ChainHeader | undefined;
  /** Why it could not be read. */
  readonly cause: Error;
  /** The operator who let sync pass it; undefined: sync did so by itself. */
  readonly passedBy: PassRequest | undefined;
}

/** An operator's wish that sync passes the block at which it stands. */
export interface PassRequest {
  readonly height: number;
  /** Who was authenticated. */
  readonly actor: string;
  /** The name that the request gives: a note. */
  readonly reviewer?: string | undefined;
  readonly note: string | null;
}

/** Decides which blocks of one tick are passed unseen. */
export interface Passing {
  /** The block to go on with in the place of the one that could not be taken; undefined: sync stops before it. */
  inPlaceOf(height: number, failure: Error): Promise<UnseenBlock | undefined>;
}

/** Ticks that try one block which only one node gives: no other node can be asked; others can, and do not answer. */
const triesAlone = 3;
const triesOutnumbered = 10;

/**
 * Rule FOLLOW-10. What two nodes give and this service cannot read would come again, so such a block is passed at once; what
 * one node gives, when enough ticks have tried. A tick that has passed such a block passes its further ones too: who fills every block
 * with what cannot be read does not hold sync up with each of them.
 */
export function createPassing(
  wish: PassRequest | undefined,
  { progress, chain }: Pick<Service, 'progress' | 'chain'>,
): Passing {
  let isPassing = false;

  /** Throws StoreUnavailable. */
  async function isTriedEnough({ height, givenBy }: UnreadableBlock): Promise<boolean> {
    if (givenBy >= 2) return true;
    // This tick has tried it as well.
    const tries = triesAt(stuckAtBlock(height), await progress.ticks()) + 1;
    isPassing ||= tries >= (chain.nodes().length > 1 ? triesOutnumbered : triesAlone);
    return isPassing;
  }

  return {
    async inPlaceOf(height, cause) {
      const header = cause instanceof UnreadableBlock ? cause.header : undefined;
      if (wish?.height === height) return { height, header, cause, passedBy: wish };
      const isUnreadable = cause instanceof UnreadableBlock;
      return isUnreadable && (await isTriedEnough(cause)) ? { height, header, cause, passedBy: undefined } : undefined;
    },
  };
}

/** What a tick that ended before an unreadable block notes as the place where it is stuck. */
export const stuckAtBlock = (height: number | ''): string => `block#${height}`;

/** How many of the latest ticks ended here. A tick that followed blocks up to this one has tried it too. */
function triesAt(place: string, ticks: readonly NotedTick[]): number {
  const moved = ticks.findIndex(({ to, stuckAt }) => to !== null && stuckAt !== place);
  return (moved < 0 ? ticks : ticks.slice(0, moved)).filter(({ stuckAt }) => stuckAt === place).length;
}
