import type { BasisDependency } from './basis.ts';
import type { BlockRef } from './block.ts';
import { type Head, LOGIC_VERSION, type Progress } from './progress.ts';
import type { CacheEntry, EntityRecord } from './record.ts';

/** What a claim is made of: an entry, or a record read as one. */
export type Claimed = Pick<
  CacheEntry,
  | 'ref'
  | 'block'
  | 'bases'
  | 'definition'
  | 'validUntil'
  | 'sequence'
  | 'fork'
  | 'logicVersion'
  | 'trackedUntil'
  | 'tooLarge'
  | 'conflict'
>;

/** Progress, then the bases: read in this order, before the entry that is judged by them. */
export interface Snapshot {
  readonly progress: Progress;
  /** undefined: not stored, so whoever rests on it claims the own block only. */
  basis(name: string): EntityRecord | undefined;
}

/** A block as far as a claim needs it. */
export type Through = Pick<BlockRef, 'height' | 'timestamp'>;

/**
 * The last block through which the value is known to hold: the cursor, if every block after the value's own was
 * scanned for all that it rests on, else the own block alone. `definition` is the kind's present one.
 */
export function verifiedThrough(claim: Claimed, snapshot: Snapshot, definition: string, now: number): Through {
  const { cursor, followedFrom, logicVersion } = snapshot.progress;
  const own = claim.block;
  // What the chain contradicts at its own block claims nothing beyond it.
  if (claim.conflict !== null) return own;
  // Read after a rewind that the snapshot knows nothing of: its cursor is of the branch that was left.
  if (claim.fork > snapshot.progress.fork) return own;
  if (cursor === null || cursor.height <= own.height) return own;
  if (followedFrom === null || own.height < followedFrom) return own;
  if (logicVersion !== LOGIC_VERSION || claim.logicVersion !== LOGIC_VERSION || claim.definition !== definition)
    return own;
  if (claim.sequence === 0 || !isFollowed(claim, now)) return own;
  if (claim.validUntil !== null && Date.parse(cursor.timestamp) > Date.parse(claim.validUntil)) return own;
  for (const dependency of claim.bases) {
    const basis = soundBasis(dependency, snapshot, now);
    if (basis?.changedAt === undefined || basis.changedAt > own.height) return own;
    // Beyond the cursor it has been read already, by a sync that has not come that far: what it joined at the own block
    // is known, what it joined at the cursor is not any more.
    if (dependency.joined !== undefined && basis.block.height > cursor.height) return own;
  }
  return cursor;
}

/** Its watches are sure to be there: whatever is written is seen. */
const isFollowed = ({ trackedUntil }: Pick<Claimed, 'trackedUntil'>, now: number): boolean =>
  trackedUntil !== null && Date.parse(trackedUntil) > now;

/** The stored basis, if a claim may rest on it: of this definition, followed, and of a branch that was and is known. */
export function soundBasis(
  { name, definition }: Pick<BasisDependency, 'name' | 'definition'>,
  { progress, basis: stored }: Snapshot,
  now: number,
): EntityRecord | undefined {
  const basis = stored(name);
  if (basis === undefined || basis.definition !== definition || basis.logicVersion !== LOGIC_VERSION) return undefined;
  const isOfLaterFork = basis.fork > progress.fork;
  // It has changed since it was read, and nobody could read what it has become.
  if ((basis.changedAt ?? 0) > basis.block.height) return undefined;
  return isFollowed(basis, now) && !isOfLaterFork && !isUnusable(basis, progress) ? basis : undefined;
}

/** True for what must not be served at all: too large to keep, of a branch that never was, or invalidated. */
export function isUnusable(claim: Claimed, progress: Progress): boolean {
  return (
    claim.tooLarge ||
    isOnAbandonedFork(claim, progress) ||
    progress.invalidations.some(
      ({ kind, prefix, height }) =>
        claim.ref.kind === kind && claim.ref.id.startsWith(prefix) && claim.block.height <= height,
    )
  );
}

/** A record may be saved before anybody is told of the block at which it was read: by so many blocks at most. */
export const maxBlocksUnpublished = 5;

/** Of a block that nobody of ours has heard of: somebody else has written that, and it is neither served nor gone on from. */
export function isAboveKnownHeads(
  { block }: Pick<Claimed, 'block'>,
  progress: Progress,
  seen: Head | undefined,
): boolean {
  const { head, cursor, mark } = progress;
  const known = Math.max(head?.height ?? 0, cursor?.height ?? 0, mark ?? 0, seen?.height ?? 0);
  return known > 0 && block.height > known + maxBlocksUnpublished;
}

/** Read on an earlier branch, above a block to which a later one went back. */
export function isOnAbandonedFork(claim: Pick<Claimed, 'fork' | 'block'>, progress: Progress): boolean {
  return progress.rewinds.some(({ fork, height }) => claim.fork < fork && claim.block.height > height);
}

/** Seconds since the value was last known to hold, by the chain's own time: a tip that is old does not age what is current. */
export function ageSeconds(through: Through, head: Head, now: number): number {
  const behind = Math.max(0, Date.parse(head.timestamp) - Date.parse(through.timestamp));
  const unseen = Math.max(0, now - Date.parse(head.seenAt));
  return Math.floor((behind + unseen) / 1000);
}
