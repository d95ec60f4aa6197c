import { type BasisSeen, eraBasis } from '../../domain/basis.ts';
import type { PinnedBlock } from '../../domain/block.ts';
import { type Snapshot, verifiedThrough } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import { type Deadline, withTimeout } from '../../domain/deadline.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Cause, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { note, reasonOf } from '../../domain/trace.ts';
import { type Arbitrated, type Arbitration, type ArbitrationOutcome, arbitrate } from '../conflicts/arbitrate.ts';
import { knownOnFork, type Observed, type ObserveRequest, observeAnywhere } from '../observing/observe.ts';
import { isUnaffectedByEras, type Reading } from '../observing/unaffected-by-eras.ts';
import { askWhereUnsound, createBasis } from '../saving/keep-basis.ts';
import { renewBasis } from '../saving/renew.ts';
import { basisNames, storeDeadlineShare } from '../store-access.ts';

export interface Refreshed extends Observed {
  /** undefined: it was not saved, or not in time. */
  readonly saved: ArbitrationOutcome | undefined;
  /** The id of the conflict that the record is in. */
  readonly conflict: string | undefined;
}

export interface RefreshRequest extends ObserveRequest {
  /** The record that was read before the block was chosen. */
  readonly before: EntityRecord | undefined;
  /** undefined: the store is not available, and nothing is saved. */
  readonly snapshot: Snapshot | undefined;
  readonly cause: Cause;
  /** Who caused it; left out: `service`. */
  readonly actor?: string;
  /** The block of `before` is not on the canonical chain. */
  readonly isOrphaned?: boolean | undefined;
  readonly deadline: Deadline;
  /** Gives a block of a healthy node at or above a height, for when sync has begun a batch beyond the present block. */
  tipAt(height: number): Promise<PinnedBlock>;
}

/** How many times a read tries, each time at a newer block, before its answer goes out unsaved. */
const attempts = 3;
/** Share of a read's deadline in which the nodes must say who is right where database and chain contradict each other. */
const disputeShare = 0.7;

/**
 * Reads an entity at a block and saves the observation. Where sync has begun a batch beyond that block, it reads again at
 * the batch's last block or later; where no node has that block in time, the answer goes out unsaved (rule SAVE-2).
 */
export async function refresh(request: RefreshRequest, service: Service): Promise<Refreshed> {
  const { definition, before, cause, actor, isOrphaned = false, deadline, tipAt } = request;
  let { block, snapshot } = request;
  let progress = snapshot?.progress;
  for (let attempt = 1; ; attempt += 1) {
    const observing = { ...request, before: knownOnFork(progress, before), block };
    const isUnaffected = unaffected({ ...observing, snapshot }, service);
    const observed = await observeAnywhere({ ...observing, ...(isUnaffected && { isUnaffected }) }, service);
    const unsaved = { ...observed, saved: undefined, conflict: before?.conflict?.id };
    // Rule ANSWER-4: what cannot be understood is no absence. A record that it contradicts is disputed all the same.
    const isUnknown = observed.unreadable !== undefined && before === undefined;
    if (snapshot === undefined || progress === undefined || isUnknown) return unsaved;
    const signal = deadline.signal(disputeShare);
    const by = { cause, ...(actor !== undefined && { actor }) };
    const arbitration = { definition, observed, block, read: before, ...by, progress, signal, isOrphaned };
    const work = saveWithBases({ ...arbitration, request: { ...request, snapshot }, snapshot }, service);
    const arbitrated = await withTimeout(work, deadline.remaining());
    if (arbitrated === undefined) saveFailed('not in time', service);
    if (arbitrated === undefined || arbitrated === 'failed') return unsaved;
    const { saved, conflict } = arbitrated;
    const refreshed = { ...arbitrated.observed, saved, conflict };
    note({ step: 'save', outcome: saved.outcome, height: block.height, ...(conflict !== undefined && { conflict }) });
    if (saved.outcome !== 'overtaken' || attempt === attempts) return refreshed;
    progress = saved.progress;
    // On another fork neither the bases nor their claims of the old snapshot hold.
    if (progress.fork !== snapshot.progress.fork) snapshot = await service.snapshots.renewed();
    const newer = await tipAt(Math.max(progress.mark ?? 0, block.height)).catch(() => undefined);
    if (newer === undefined) return refreshed;
    block = newer;
  }
}

/** A store that fails or is late leaves the answer as it is: it may change with the era. */
function unaffected({ definition, ref, block, before, snapshot }: Omit<RefreshRequest, 'cause'>, service: Service) {
  if (snapshot === undefined || definition.erasShownBy === undefined) return undefined;
  const pinned = { definition, ref, block, before, snapshot };
  return async (reading: Reading): Promise<boolean> => {
    const shown = isUnaffectedByEras(pinned, reading, service).catch(() => false);
    return (await withTimeout(shown, service.limits.deadlineMs * storeDeadlineShare)) ?? false;
  };
}

interface SaveWithBases extends Arbitration {
  readonly request: RefreshRequest;
  readonly snapshot: Snapshot;
}

/**
 * Saves the observation and keeps the bases that it depends on. Where there is a record that may contradict it, the record is
 * settled first, and bases are kept only afterwards, from the observation that the nodes confirm.
 */
async function saveWithBases(
  { request, snapshot, ...arbitration }: SaveWithBases,
  service: Service,
): Promise<Arbitrated | 'failed'> {
  const { observed, read } = arbitration;
  const saving = throughOf(request, service)
    .then((through) => arbitrate({ ...arbitration, through }, service))
    .catch((error: unknown) => saveFailed(error, service));
  const keep = (bases: readonly BasisSeen[]) =>
    keepBases(bases, snapshot, service).catch((error: unknown) => saveFailed(error, service));
  if (read === undefined) await keep(observed.bases);
  const arbitrated = await saving;
  if (arbitrated === undefined) return 'failed';
  if (read !== undefined && !isInDoubt(arbitrated)) await keep(arbitrated.observed.bases);
  return arbitrated;
}

const isInDoubt = ({ saved: { outcome } }: Arbitrated): boolean =>
  outcome === 'in-dispute' || outcome === 'collection-gone' || outcome === 'unverifiable';

/** The height through which the record was verified when it was read. */
async function throughOf(
  { definition, before, snapshot }: RefreshRequest,
  { snapshots, clock }: Pick<Service, 'snapshots' | 'clock'>,
): Promise<number> {
  if (before === undefined || snapshot === undefined) return 0;
  const whole = await snapshots.withBases(snapshot, basisNames(before));
  return verifiedThrough(before, whole, definition.definition, clock.now()).height;
}

/** Creates the bases that are not stored yet, and keeps the stored ones tracked (rules BASIS-2 and BASIS-4). */
async function keepBases(seen: readonly BasisSeen[], snapshot: Snapshot, service: Service): Promise<void> {
  const own = seen.filter(({ name }) => name !== eraBasis);
  const whole = await service.snapshots.withBases(
    snapshot,
    own.map(({ name }) => name),
  );
  await Promise.all(
    own.map(async (basis) => {
      const keep = whole.basis(basis.name) === undefined ? createBasis : renewBasis;
      // Once per process at a time, however many entities depend on the basis.
      await service.memory.flight(`basis ${basis.name}`, async () => {
        const kept = await keep(basis, whole, service);
        // Only the snapshot under which this read began learns it: a newer snapshot may hold a newer reading of the basis.
        if (kept !== undefined && !isEdited(kept)) service.snapshots.learn(whole, basis.name, kept);
        if (kept !== undefined) await askWhereUnsound(basis, kept, whole, service);
      });
    }),
  );
}

/** A failed save never fails the read. */
function saveFailed(error: unknown, { log, metrics }: Service): undefined {
  metrics.count('SaveFailed');
  note({ step: 'save', outcome: 'failed', why: () => reasonOf(error) });
  log.warn('an observation was not saved', { error: messageOf(error) });
  return undefined;
}
