import { randomUUID } from 'node:crypto';
import { type BasisSeen, watchedBy } from '../../domain/basis.ts';
import { type Snapshot, soundBasis } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import { refKey } from '../../domain/entity.ts';
import { LOGIC_VERSION } from '../../domain/progress.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { basisRef } from '../process/snapshots.ts';
import { commitRecord, comparedWith, isRenewalDue, trackingFor, watchedUntil } from './commit-record.ts';
import { nextRecord } from './next-record.ts';

type KeepService = Pick<Service, 'watches' | 'progress' | 'records' | 'audit' | 'clock' | 'metrics' | 'log'>;

/**
 * A reader may create a basis that is not stored yet, dated by its own block. One that is stored is moved, and its
 * change dated, by sync alone: losing here is as good as winning. What the store now holds is given back.
 */
export async function createBasis(
  seen: BasisSeen,
  snapshot: Snapshot,
  service: KeepService,
): Promise<EntityRecord | undefined> {
  const { name, block, value, joined, bases, definition } = seen;
  if (value === undefined || joined === undefined) return undefined;
  const next = nextRecord({
    seen: {
      ref: basisRef(name),
      value: { value, joined },
      probedValidators: [],
      block,
      readSet: watchedBy(seen),
      bases,
      definition,
      validUntil: null,
    },
    before: undefined,
    verdict: 'new',
    cause: 'lookup',
    fork: snapshot.progress.fork,
    now: service.clock.now(),
    owner: null,
    tooLarge: false,
    changedAt: block.height,
  });
  const passed = await commitRecord({ ...next, compared: undefined }, service);
  if ('overtaken' in passed) return undefined;
  return passed.won ? passed.record : passed.winner;
}

/**
 * Whoever rests on a basis keeps it followed: at most daily, and only before its date has passed, since a write in
 * between would have been missed. Watches first, then the date, on condition that the record is the one that was read.
 */
export async function renewBasis(
  { name, definition }: BasisSeen,
  snapshot: Snapshot,
  service: KeepService,
): Promise<EntityRecord | undefined> {
  const now = service.clock.now();
  const stored = soundBasis({ name, definition }, snapshot, now);
  if (stored === undefined) return snapshot.basis(name);
  if (!isRenewalDue(stored.trackedUntil, now)) return undefined;
  const { trackedUntil, watch } = trackingFor(stored.readSet, stored, now);
  const record = { ...stored, trackedUntil };
  await service.watches.put(refKey(stored.ref), watch, watchedUntil(trackedUntil));
  const outcome = await service.records.save(record, comparedWith(stored), undefined);
  return outcome.won ? record : outcome.winner;
}

const askedAgainMs = 30_000;
const owner = randomUUID();

/**
 * A stored basis on which nobody may rest (its date has passed, it was edited, or could not be read when it changed) is made
 * sound by sync alone, which finds it by its watches: they are written anew, and sync is asked to read all bases. One of
 * another configuration is read again anyhow.
 */
export async function askWhereUnsound(
  seen: BasisSeen,
  stored: EntityRecord,
  snapshot: Snapshot,
  service: KeepService,
): Promise<void> {
  const now = service.clock.now();
  const { cursor, logicVersion } = snapshot.progress;
  if (stored.definition !== seen.definition || cursor === null) return;
  // By newer rules it may well be sound: it cannot become so for this version of the code.
  if (stored.logicVersion > LOGIC_VERSION || (logicVersion ?? 0) > LOGIC_VERSION) return;
  const judged = { progress: snapshot.progress, basis: () => stored };
  if (!isEdited(stored) && soundBasis(seen, judged, now) !== undefined) return;
  const ref = refKey(stored.ref);
  if (!(await service.progress.takeLease(`ask#${ref}`, owner, now, now + askedAgainMs))) return;
  const { trackedUntil } = trackingFor(stored.readSet, undefined, now);
  await service.watches.put(ref, watchedBy(seen), watchedUntil(trackedUntil));
  await service.progress.askForBases();
}
