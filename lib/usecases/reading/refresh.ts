import { type BasisSeen, eraBasis } from '../../domain/basis.ts';
import type { PinnedBlock } from '../../domain/block.ts';
import { type Snapshot, verifiedThrough } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import { type Deadline, withTimeout } from '../../domain/deadline.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Cause, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { type Arbitrated, type Arbitration, type ArbitrationOutcome, arbitrate } from '../conflicts/arbitrate.ts';
import { knownOnFork, type Observed, type ObserveRequest, observeAnywhere } from '../observing/observe.ts';
import { askWhereUnsound, createBasis, renewBasis } from '../saving/keep-basis.ts';
import { basisNames } from '../store-access.ts';

export interface Refreshed extends Observed {
  /** undefined: it could not be saved, or not in time. */
  readonly saved: ArbitrationOutcome | undefined;
  /** The id of a conflict that the record is in. */
  readonly conflict: string | undefined;
}

export interface RefreshRequest extends ObserveRequest {
  /** The record that was read before the block was chosen. */
  readonly before: EntityRecord | undefined;
  /** undefined: the store could not be reached. */
  readonly snapshot: Snapshot | undefined;
  readonly cause: Cause;
  /** Its block is none of the chain's. */
  readonly isOrphaned?: boolean | undefined;
  readonly deadline: Deadline;
  /** A newer block of a healthy node, for when sync has begun a batch beyond this one. */
  tipAt(height: number): Promise<PinnedBlock>;
}

/** How often a reading gives way to a sync that runs ahead of it before its answer goes out unsaved. */
const attempts = 3;
/** Of a read's time, until when it must have come out who is right where database and chain contradict each other. */
const disputeShare = 0.7;

/** Reads an entity at a block and saves what it saw: the only place where a verdict becomes a write. */
export async function refresh(refreshing: RefreshRequest, service: Service): Promise<Refreshed> {
  const { definition, before, cause, isOrphaned = false, deadline, tipAt } = refreshing;
  let { block, snapshot } = refreshing;
  let progress = snapshot?.progress;
  for (let attempt = 1; ; attempt += 1) {
    const observed = await observeAnywhere({ ...refreshing, before: knownOnFork(progress, before), block }, service);
    const unsaved = { ...observed, saved: undefined, conflict: before?.conflict?.id };
    if (snapshot === undefined || progress === undefined) return unsaved;
    const signal = deadline.signal(disputeShare);
    const settling = { definition, observed, block, read: before, cause, progress, signal, isOrphaned };
    const work = settleAndKeep({ ...settling, refreshing: { ...refreshing, snapshot }, snapshot }, service);
    const settled = await withTimeout(work, deadline.remaining());
    if (settled === undefined) failed('not in time', service);
    if (settled === undefined || settled === 'failed') return unsaved;
    const { saved, conflict } = settled;
    const refreshed = { ...settled.observed, saved, conflict };
    if (saved.outcome !== 'overtaken' || attempt === attempts) return refreshed;
    // A node that has that block in time is asked again, from the beginning; else the answer goes out unsaved.
    progress = saved.progress;
    // What was known on the branch before is not known on this one: neither how far bases hold, nor what they are.
    if (progress.fork !== snapshot.progress.fork) snapshot = await service.snapshots.renewed();
    const newer = await tipAt(Math.max(progress.mark ?? 0, block.height)).catch(() => undefined);
    if (newer === undefined) return refreshed;
    block = newer;
  }
}

interface SettlingAll extends Arbitration {
  readonly refreshing: RefreshRequest;
  readonly snapshot: Snapshot;
}

/**
 * Saves what was seen, and keeps the bases that it rests on. What may be contradicted is settled first: a basis is kept by
 * the word of those who were right.
 */
async function settleAndKeep(
  { refreshing, snapshot, ...settling }: SettlingAll,
  service: Service,
): Promise<Arbitrated | 'failed'> {
  const { observed, block, read } = settling;
  const saving = throughOf(refreshing, block, service)
    .then((through) => arbitrate({ ...settling, through }, service))
    .catch((error: unknown) => failed(error, service));
  const keep = (bases: readonly BasisSeen[]) =>
    keepBases(bases, snapshot, service).catch((error: unknown) => failed(error, service));
  if (read === undefined) await keep(observed.bases);
  const settled = await saving;
  if (settled === undefined) return 'failed';
  if (read !== undefined && !isInDoubt(settled)) await keep(settled.observed.bases);
  return settled;
}

const isInDoubt = ({ saved: { outcome } }: Arbitrated): boolean =>
  outcome === 'in-dispute' || outcome === 'collection-gone' || outcome === 'unverifiable';

/** The height through which the record was known to hold when it was read; beyond the cursor nothing is. */
async function throughOf(
  { definition, before, snapshot }: RefreshRequest,
  block: PinnedBlock,
  { snapshots, clock }: Pick<Service, 'snapshots' | 'clock'>,
): Promise<number> {
  const cursor = snapshot?.progress.cursor;
  if (before === undefined || snapshot === undefined || cursor == null || cursor.height < block.height) return 0;
  const whole = await snapshots.withBases(snapshot, basisNames(before));
  return verifiedThrough(before, whole, definition.definition, clock.now()).height;
}

/** Makes the bases that are not stored yet, and keeps the others followed. */
async function keepBases(seen: readonly BasisSeen[], snapshot: Snapshot, service: Service): Promise<void> {
  const own = seen.filter(({ name }) => name !== eraBasis);
  const whole = await service.snapshots.withBases(
    snapshot,
    own.map(({ name }) => name),
  );
  await Promise.all(
    own.map(async (basis) => {
      const keep = whole.basis(basis.name) === undefined ? createBasis : renewBasis;
      // However many entities rest on it, one process does this once; its snapshot, which is older, then knows it.
      await service.memory.flight(`basis ${basis.name}`, async () => {
        const kept = await keep(basis, whole, service);
        // Into the snapshot that it was begun under, and no newer one: its basis may be newer by now.
        if (kept !== undefined && !isEdited(kept)) service.snapshots.learn(whole, basis.name, kept);
        if (kept !== undefined) await askWhereUnsound(basis, kept, whole, service);
      });
    }),
  );
}

/** A failed write ends the saving and never fails the read. */
function failed(error: unknown, { log, metrics }: Service): undefined {
  metrics.count('SaveFailed');
  log.warn('an observation was not saved', { error: messageOf(error) });
  return undefined;
}
