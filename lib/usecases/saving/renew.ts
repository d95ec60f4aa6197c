import type { BasisDependency } from '../../domain/basis.ts';
import { type Snapshot, soundBasis } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import { refKey } from '../../domain/entity.ts';
import type { CacheEntry, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { trusted } from '../store-access.ts';
import { entryOf, putEntry } from './cache-entry.ts';
import { isRenewable, trackedFrom, watchedUntil } from './tracking.ts';

/** What was served, and what it was judged by. */
interface ServedEntry {
  readonly entry: CacheEntry;
  readonly snapshot: Snapshot;
}

type Named = Pick<BasisDependency, 'name' | 'definition'>;
type RenewService = Pick<Service, 'watches' | 'records' | 'clock'>;
type EntryService = RenewService & Pick<Service, 'cache' | 'progress' | 'memory' | 'traffic'>;

/** For so long after a first attempt no other one is made, neither by this process nor, under the lease, by another. */
const attemptMs = 60_000;

/** Whether the date of the entry, or of a basis that it depends on, is due. */
export const isRenewalNeeded = ({ entry, snapshot }: ServedEntry, { clock }: Pick<Service, 'clock'>): boolean =>
  isRenewable(entry.trackedUntil, clock.now()) || dueBases(entry, snapshot, clock.now()).length > 0;

/**
 * Rule TRACK-2: what is read stays tracked, by the store alone. Its watches last longer than its date, so while the date has not
 * passed no write was missed, and the chain need not be asked. Throws StoreUnavailable.
 */
export async function renewTracking({ entry, snapshot }: ServedEntry, service: EntryService): Promise<void> {
  const now = service.clock.now();
  await Promise.all([
    isRenewable(entry.trackedUntil, now) &&
      once(refKey(entry.ref), service, () => renewEntry(entry, snapshot, service)),
    ...dueBases(entry, snapshot, now).map((basis) =>
      once(refKey(basis.ref), service, () => renewRecord(basis, service)),
    ),
  ]);
}

/**
 * Keeps a basis tracked while its date has not passed. Gives the basis that is stored now; undefined where no renewal is due, or
 * another writer was faster. Throws StoreUnavailable.
 */
export async function renewBasis(
  { name, definition }: Named,
  snapshot: Snapshot,
  service: RenewService,
): Promise<EntityRecord | undefined> {
  const now = service.clock.now();
  const stored = soundBasis({ name, definition }, snapshot, now);
  if (stored === undefined) return snapshot.basis(name);
  return isRenewable(stored.trackedUntil, now) ? renewRecord(stored, service) : undefined;
}

const dueBases = ({ bases }: CacheEntry, snapshot: Snapshot, now: number): EntityRecord[] =>
  bases
    .map((basis) => soundBasis(basis, snapshot, now))
    .filter((basis) => basis !== undefined)
    .filter(({ trackedUntil }) => isRenewable(trackedUntil, now));

/** Of all readers that find the date due, one renews it. */
async function once(key: string, service: EntryService, renew: () => Promise<unknown>): Promise<void> {
  const { memory, progress, traffic, clock } = service;
  const lease = `renew#${key}`;
  if (!memory.once(lease, attemptMs)) return;
  const now = clock.now();
  if (await progress.takeLease(lease, traffic.process, now, now + attemptMs)) await renew();
}

/** The record first, then its entry: an entry never claims for longer than the watches of its record last. */
async function renewEntry({ ref }: CacheEntry, snapshot: Snapshot, service: EntryService): Promise<void> {
  const record = trusted(await service.records.get(ref), snapshot);
  if (record === undefined || isEdited(record)) return;
  const isDue = isRenewable(record.trackedUntil, service.clock.now());
  const renewed = isDue ? await renewRecord(record, service) : record;
  if (renewed !== undefined) await putEntry(entryOf(renewed), service);
}

/**
 * Watches first, then the date, on condition that the record is still the one that was read: a record that was saved in the
 * meantime may have other keys, with shorter watches. The date must not have passed when the watches have been written: only then
 * is it sure that the table had removed none of them before.
 */
export async function renewRecord(record: EntityRecord, service: RenewService): Promise<EntityRecord | undefined> {
  const trackedUntil = trackedFrom(service.clock.now());
  await service.watches.put(refKey(record.ref), record.readSet, watchedUntil(trackedUntil));
  const isInTime = isRenewable(record.trackedUntil, service.clock.now());
  return isInTime ? service.records.renew(record, trackedUntil) : undefined;
}
