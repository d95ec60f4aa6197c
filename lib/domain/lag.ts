import { ageSeconds } from './claim.ts';
import type { Progress } from './progress.ts';

/** How far what is followed is behind the newest block that anybody of ours has seen. */
export interface Lag {
  readonly blocks: number;
  /** By the chain's own time, and the time since that block was last seen to be the tip. */
  readonly seconds: number;
}

/** undefined before anything has been followed. */
export function lagOf({ cursor, head }: Pick<Progress, 'cursor' | 'head'>, now: number): Lag | undefined {
  if (cursor === null || head === null) return undefined;
  return { blocks: Math.max(0, head.height - cursor.height), seconds: ageSeconds(cursor, head, now) };
}
