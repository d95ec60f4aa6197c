import type { BlockRef } from './block.ts';

/**
 * The version of the logic of write sets, kinds and definitions (rule ITEM-5). Raise it whenever a kind is added or one of
 * them changes its meaning: an older runner of sync then ends, and claims of other versions hold for their own blocks only
 * until everything is read again.
 */
export const LOGIC_VERSION = 2;

/** The newest block that any process saw to be the tip. */
export interface Head extends BlockRef {
  /** ISO 8601: when it was seen to be the tip. */
  readonly seenAt: string;
}

/** What is wrong with a node. */
export interface NodeFault {
  /** `http_500`, `rpc_-32018`, the stage of a failed request, or what a guard found. */
  readonly code: string;
  /** The JSON-RPC method that failed; null where no single request did. */
  readonly method: string | null;
  /** Since when the node is unwell, in milliseconds since the epoch. */
  readonly since: number;
}

/** What all processes know of one node besides its height. Written only when something about it changes. */
export interface NodeMemory {
  /** Rises by one with each change. A change names the token that it was made from, so a late one is refused. */
  readonly token: number;
  /** The process that made the last change. */
  readonly by: string;
  /** Milliseconds since the epoch, like all moments here. */
  readonly changedAt: number;
  /** The circuit breaker of the node: while it is open, only an elected prober asks the node. */
  readonly open: boolean;
  /** Why its breaker opened; left out in what earlier versions wrote. Nothing is read from it while the breaker is closed. */
  readonly fault?: NodeFault;
  /** When the node may be probed next; the elected prober moves it. */
  readonly probeAt: number;
  /** Probes that failed in a row since the breaker opened. */
  readonly failedProbes: number;
  /** The node has asked not to be called before this moment. */
  readonly pausedUntil: number;
  readonly reason: string | null;
}

/** Entries of the kind whose id begins with the prefix, read at or below the height, are misses (rule TRACK-4). */
export interface Invalidation {
  readonly kind: string;
  readonly prefix: string;
  readonly height: number;
}

/**
 * How far the chain is followed, and under which conditions: shared by all processes. Heights are block heights.
 * Everything is null, 0 or empty until something has been read or followed.
 */
export interface Progress {
  /** Chain name, as in `casper`. */
  readonly network: string | null;
  /** Rises by one with each rewind (rule FOLLOW-8). */
  readonly fork: number;
  readonly head: Head | null;
  /** The last block of the batch that sync has begun: what was read below it can no longer be saved (rules FOLLOW-1, SAVE-2). */
  readonly mark: number | null;
  /** The last block whose writes have all been applied (rule FOLLOW-6). */
  readonly cursor: BlockRef | null;
  /** All blocks from this one through the cursor were scanned, under one protocol version (rule FOLLOW-7). */
  readonly followedFrom: number | null;
  /**
   * The transactions of every block above this one through the cursor are listed for the accounts that were tracked (rule
   * ACTIVITY-3); null: of none.
   */
  readonly activityFrom: number | null;
  /** The protocol version of the cursor's block. */
  readonly protocolVersion: string | null;
  /** The highest logic version that has followed this store (rule ITEM-5). */
  readonly logicVersion: number | null;
  /** Digest of the configuration under which every basis was last read; null: every basis must be read again. */
  readonly settings: string | null;
  /** How many times sync was asked to read every basis again. */
  readonly basesAsked: number;
  /** Digest of the configuration under which tokens of collections were discovered last (rule COLLECT-2); null: none were. */
  readonly discovers: string | null;
  /** The highest fencing token that has written: a runner with a lower one writes nothing more (rule FOLLOW-9). */
  readonly leaseToken: number;
  /** Why sync does not move, and since when (ISO 8601); null while it moves. */
  readonly stalled: { readonly since: string; readonly reason: string } | null;
  /**
   * At this height anything may have changed without a write that names it: every record must be compared with the chain.
   * `at` is when that was asked for (ISO 8601).
   */
  readonly reconcileFrom: { readonly height: number; readonly reason: string; readonly at: string } | null;
  /**
   * Hard resets: what a lower fork saw above this height never happened (rule FOLLOW-8). At most 50. `through`: one that was made of
   * several, so that above its height and through this one also what happened counts as if it did not.
   */
  readonly rewinds: readonly { readonly fork: number; readonly height: number; readonly through?: number }[];
  /** At most 50 (rule TRACK-4). */
  readonly invalidations: readonly Invalidation[];
  /** By the node's name. */
  readonly nodes: Readonly<Record<string, NodeMemory>>;
}

/** How the reason of `reconcileFrom` begins where a block was passed unseen (rule FOLLOW-10). */
export const passedUnseen = 'passed unseen: ';

export const noProgress: Progress = {
  network: null,
  fork: 0,
  head: null,
  mark: null,
  cursor: null,
  followedFrom: null,
  activityFrom: null,
  protocolVersion: null,
  logicVersion: null,
  settings: null,
  basesAsked: 0,
  discovers: null,
  leaseToken: 0,
  stalled: null,
  reconcileFrom: null,
  rewinds: [],
  invalidations: [],
  nodes: {},
};

/** A sight so far in the future is another clock's fault, and proves nothing. */
const clockSlackMs = 2_000;

/**
 * Milliseconds since a head was seen to be the tip, `now` by the steady clock. One that lies in the future counts as not seen:
 * the time is counted from the block's own timestamp (rule CLAIM-7).
 */
export function unseenMs({ seenAt, timestamp }: Pick<Head, 'seenAt' | 'timestamp'>, now: number): number {
  const since = now - Date.parse(seenAt);
  return Math.max(0, since >= -clockSlackMs ? since : now - Date.parse(timestamp));
}

/** The higher head; of two heads at one height, the one that was seen last. `now` by the steady clock. */
export function newestHead(a: Head | null, b: Head | undefined, now: number): Head | undefined {
  if (a === null || b === undefined) return a ?? b;
  if (a.height !== b.height) return a.height > b.height ? a : b;
  return unseenMs(a, now) < unseenMs(b, now) ? a : b;
}

export type Rewind = Progress['rewinds'][number];

/** Progress is read with every snapshot: it must stay small. */
const mostRewinds = 50;

/**
 * The rewinds with one more, oldest first. One that a later rewind covers is left out. Beyond the limit, the two oldest become
 * one that covers both and more: what is taken for abandoned is only read again.
 */
export function withRewind(rewinds: readonly Rewind[], next: Rewind): readonly Rewind[] {
  const kept = [...rewinds.filter(({ height }) => height < next.height), next];
  const [oldest, second, ...others] = kept;
  if (kept.length <= mostRewinds || oldest === undefined || second === undefined) return kept;
  return [{ fork: second.fork, height: oldest.height, through: second.height }, ...others];
}

const mostNodes = 50;

/** Of the known nodes those that have not changed for longest, so that with one more there are at most 50. */
export function forgottenNodes(nodes: Readonly<Record<string, NodeMemory>>): string[] {
  const byAge = Object.entries(nodes).sort(([, a], [, b]) => a.changedAt - b.changedAt);
  return byAge.slice(0, Math.max(0, byAge.length + 1 - mostNodes)).map(([name]) => name);
}

const longestReason = 500;

/** A reason may quote what a node said: of a long one the beginning is kept, so that what is read with every snapshot stays small. */
export const shortReason = <Reason extends string | null>(reason: Reason): Reason | string =>
  reason !== null && reason.length > longestReason ? `${reason.slice(0, longestReason - 1)}…` : reason;
