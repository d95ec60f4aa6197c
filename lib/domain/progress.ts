import type { BlockRef } from './block.ts';
/** The number of the rules for write sets, kinds and definitions: raised whenever one of them changes its meaning. */
export const LOGIC_VERSION = 1;

/** The newest block that any of ours saw to be the tip, and when (ISO 8601). */
export interface Head extends BlockRef {
  readonly seenAt: string;
}

/** What all processes know of one node besides its height. Written when something about it changes, and only then. */
export interface NodeMemory {
  /** Rises by one with each change. Who makes one names the number that it has seen: who comes late is refused. */
  readonly token: number;
  /** The process that made the last change. */
  readonly by: string;
  readonly changedAt: number;
  /** Its circuit breaker: while it is open nobody asks it but an elected prober. */
  readonly open: boolean;
  /** When it may be probed next; whoever is elected moves it. */
  readonly probeAt: number;
  /** In a row, since it was opened. */
  readonly failedProbes: number;
  /** It has asked not to be called before. */
  readonly pausedUntil: number;
  readonly reason: string | null;
}

/** Entries of the kind whose id begins with the prefix, read at or below the height, are misses. */
export interface Invalidation {
  readonly kind: string;
  readonly prefix: string;
  readonly height: number;
}

/** How far the chain has been followed, and under which conditions. Empty until something has been read or followed. */
export interface Progress {
  readonly network: string | null;
  readonly fork: number;
  readonly head: Head | null;
  /** The last block of the batch that sync has begun: nothing read below it may be saved any more. */
  readonly mark: number | null;
  /** The last block whose writes have all been applied. */
  readonly cursor: BlockRef | null;
  /** All blocks from here through the cursor were scanned, under one protocol version. */
  readonly followedFrom: number | null;
  /** Of the cursor's block. */
  readonly protocolVersion: string | null;
  readonly logicVersion: number | null;
  /** Digest of the configuration under which every basis was last read. */
  readonly settings: string | null;
  /** The highest turn at sync that has begun to write: one that stalled and was overtaken writes nothing more. */
  readonly leaseToken: number;
  /** Why sync does not get on, and since when (ISO 8601); null while it does. */
  readonly stalled: { readonly since: string; readonly reason: string } | null;
  /** Anything may have changed at this height, named by no write: every record is to be held against the chain. */
  readonly reconcileFrom: { readonly height: number; readonly reason: string; readonly at: string } | null;
  /** Hard resets: what a lower branch saw above this height never happened. */
  readonly rewinds: readonly { readonly fork: number; readonly height: number }[];
  /** At most 50 (see `invalidate`). */
  readonly invalidations: readonly Invalidation[];
  /** By the node's name; times in milliseconds since the epoch. */
  readonly nodes: Readonly<Record<string, NodeMemory>>;
}

export const noProgress: Progress = {
  network: null,
  fork: 0,
  head: null,
  mark: null,
  cursor: null,
  followedFrom: null,
  protocolVersion: null,
  logicVersion: null,
  settings: null,
  leaseToken: 0,
  stalled: null,
  reconcileFrom: null,
  rewinds: [],
  invalidations: [],
  nodes: {},
};

/** The highest tip; of one block, the latest sight of it. */
export function newestHead(a: Head | null, b: Head | undefined): Head | undefined {
  if (a === null || b === undefined) return a ?? b;
  if (a.height !== b.height) return a.height > b.height ? a : b;
  return a.seenAt > b.seenAt ? a : b;
}
