import type { BlockRef } from './chain.ts';

/** The number of the rules for write sets, kinds and definitions: raised whenever one of them changes its meaning. */
export const RULES = 1;

/** The newest block that any of ours saw to be the tip, and when (ISO 8601). */
export interface Head extends BlockRef {
  readonly seenAt: string;
}

/** How far the chain has been followed, and under which conditions. Empty until something has been read or followed. */
export interface Progress {
  readonly network: string | null;
  readonly branch: number;
  readonly head: Head | null;
  /** The last block of the batch that sync has begun: nothing read below it may be saved any more. */
  readonly mark: number | null;
  /** The last block whose writes have all been applied. */
  readonly cursor: BlockRef | null;
  /** All blocks from here through the cursor were scanned, under one protocol version. */
  readonly followedFrom: number | null;
  readonly rules: number | null;
  /** Hard resets: what a lower branch saw above this height never happened. */
  readonly rewinds: readonly { readonly branch: number; readonly height: number }[];
  /** Entries of the kind (and collection) that were read at or below the height are misses. */
  readonly invalidations: readonly { readonly kind: string; readonly prefix: string; readonly height: number }[];
}

export const noProgress: Progress = {
  network: null,
  branch: 0,
  head: null,
  mark: null,
  cursor: null,
  followedFrom: null,
  rules: null,
  rewinds: [],
  invalidations: [],
};

/** The highest tip; of one block, the latest sight of it. */
export function newestHead(one: Head | null, other: Head | undefined): Head | undefined {
  if (one === null || other === undefined) return one ?? other;
  if (one.height !== other.height) return one.height > other.height ? one : other;
  return one.seenAt > other.seenAt ? one : other;
}
