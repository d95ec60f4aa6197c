import type { BasisDependency } from './basis.ts';
import { type Through, unchangedThrough } from './basis-changes.ts';
import { type Head, LOGIC_VERSION, type Progress, unseenMs } from './progress.ts';
import type { CacheEntry, EntityRecord } from './record.ts';

/** What a claim is made of: a cache entry, or a record read as one. */
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

/**
 * Progress, then the bases, read in this order and before the entry that is judged by them (rule CLAIM-1). An older snapshot
 * is safe: it claims less.
 */
export interface Snapshot {
  readonly progress: Progress;
  /** undefined: the basis is not stored, so its dependents are verified through their own block only. */
  basis(name: string): EntityRecord | undefined;
}

/**
 * The last block through which a value is known to be the chain's: the cursor, if every block after the value's own block was
 * scanned for all that the value depends on; else its own block alone (rule CLAIM-2). Each line below is one reason for the
 * own block alone; a change of a basis whose block is known lets the claim reach the block before it. `definition` is the
 * present definition of the kind, `now` is in milliseconds since the epoch.
 *
 * A cursor returned by mistake serves a value that the chain has replaced. `test/domain/claim.test.ts` has a test for each line.
 */
export function verifiedThrough(claim: Claimed, snapshot: Snapshot, definition: string, now: number): Through {
  const { cursor, followedFrom, logicVersion } = snapshot.progress;
  const own = claim.block;
  // Rule CONFLICT-2: the chain contradicts the value at its own block.
  if (claim.conflict !== null) return own;
  // The entry was read after a rewind that the snapshot does not know: the snapshot's cursor is on the abandoned fork.
  if (claim.fork > snapshot.progress.fork) return own;
  // Rule CLAIM-2: the cursor has not passed the block, or a block after it was not scanned.
  if (cursor === null || cursor.height <= own.height) return own;
  if (followedFrom === null || own.height < followedFrom) return own;
  // Rules ITEM-4, ITEM-5 and CLAIM-4: other logic, or an outdated definition.
  if (logicVersion !== LOGIC_VERSION || claim.logicVersion !== LOGIC_VERSION || claim.definition !== definition)
    return own;
  // Rule CLAIM-4: an absence without a record, or a value that is no longer tracked.
  if (claim.sequence === 0 || !isTracked(claim, now)) return own;
  // Rule CLAIM-5: a pending transaction whose TTL has run out by the chain's time.
  if (claim.validUntil !== null && Date.parse(cursor.timestamp) > Date.parse(claim.validUntil)) return own;
  return throughBases(claim, cursor, snapshot, now);
}

/**
 * Rule CLAIM-3: the last block, at most `end`, through which no basis has changed since the claim's own block. The own block
 * where a basis cannot be relied on, or where it is not known when the basis changed.
 */
function throughBases({ block: own, bases }: Claimed, end: Through, snapshot: Snapshot, now: number): Through {
  const joining: EntityRecord[] = [];
  let through = end;
  for (const dependency of bases) {
    const basis = soundBasis(dependency, snapshot, now);
    if (basis?.changedAt === undefined) return own;
    if (basis.changedAt > own.height) through = unchangedThrough(basis.changes?.value, own, through);
    if (dependency.joined !== undefined) joining.push(basis);
  }
  // The stored basis joins what it joined at its own block and later. To a claim that ends earlier, the entity's own reading
  // joins: through the block before what it joins changed. Each step back may leave another basis beyond the claim.
  for (;;) {
    const beyond = joining.filter((basis) => basis.block.height > through.height);
    const reached = beyond.reduce((last, basis) => unchangedThrough(basis.changes?.joined, own, last), through);
    if (reached.height === through.height) return reached;
    through = reached;
  }
}

/**
 * Whether a basis has changed after the value was read, at the cursor or below: a reading at the cursor claims more (rule LIMIT-11).
 * False where a basis cannot be relied on, since then no reading claims more than its own block.
 */
export function claimHasEnded({ block: own, bases }: Claimed, snapshot: Snapshot, now: number): boolean {
  const cursor = snapshot.progress.cursor?.height ?? 0;
  return bases.some((dependency) => {
    const changedAt = soundBasis(dependency, snapshot, now)?.changedAt;
    return changedAt !== undefined && changedAt > own.height && changedAt <= cursor;
  });
}

/** Its watches are sure to be there, so sync sees every write (rule TRACK-1). */
const isTracked = ({ trackedUntil }: Pick<Claimed, 'trackedUntil'>, now: number): boolean =>
  trackedUntil !== null && Date.parse(trackedUntil) > now;

/**
 * The stored basis, if a claim may depend on it (rule CLAIM-3): it has this definition and this logic version, is tracked,
 * and was read on a fork that is known and not abandoned.
 */
export function soundBasis(
  { name, definition }: Pick<BasisDependency, 'name' | 'definition'>,
  { progress, basis: stored }: Snapshot,
  now: number,
): EntityRecord | undefined {
  const basis = stored(name);
  if (basis === undefined || basis.definition !== definition || basis.logicVersion !== LOGIC_VERSION) return undefined;
  const isOfLaterFork = basis.fork > progress.fork;
  // The basis changed after it was read, and sync could not read its new value.
  if ((basis.changedAt ?? 0) > basis.block.height) return undefined;
  return isTracked(basis, now) && !isOfLaterFork && !isUnusable(basis, progress) ? basis : undefined;
}

/** True for what must never be served: too large to keep (rule SAVE-6), of an abandoned fork, or invalidated (rule TRACK-4). */
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

/** A record may be saved before the head is published that it was read at: by at most this many blocks. */
export const maxBlocksUnpublished = 5;

/**
 * True for a block above every head that any process has published or this one has seen (rule SAVE-8). This service did not
 * write such an entry: it is neither served nor built upon.
 */
export function isAboveKnownHeads(
  { block }: Pick<Claimed, 'block'>,
  progress: Progress,
  seen: Head | undefined,
): boolean {
  const { head, cursor, mark } = progress;
  const known = Math.max(head?.height ?? 0, cursor?.height ?? 0, mark ?? 0, seen?.height ?? 0);
  return known > 0 && block.height > known + maxBlocksUnpublished;
}

/** True for what was read on an earlier fork, above a block that a later rewind went back to (rule FOLLOW-8). */
export function isOnAbandonedFork(
  claim: { readonly fork: number; readonly block: Pick<Claimed['block'], 'height'> },
  progress: Progress,
): boolean {
  return progress.rewinds.some(({ fork, height }) => claim.fork < fork && claim.block.height > height);
}

/**
 * How far behind the chain a value may be, in seconds (rule CLAIM-7): from the block that it is verified through to the newest
 * known head, by the chain's own time, plus the time since that head was seen. `now` is the steady clock's.
 */
export function ageSeconds(through: Through, head: Head, now: number): number {
  const behind = Math.max(0, Date.parse(head.timestamp) - Date.parse(through.timestamp));
  return Math.floor((behind + unseenMs(head, now)) / 1000);
}
