import type { BlockRef } from '../../domain/block.ts';
import type { Snapshot } from '../../domain/claim.ts';
import type { CollectionState, Enumeration, Wholeness } from '../../domain/collection.ts';
import { isEdited } from '../../domain/compare.ts';
import type { Service } from '../../domain/service.ts';
import type { Discovering } from '../../domain/shared-definitions.ts';
import { basisRef } from '../process/snapshots.ts';
import { judged, type KnownCollection, type WholenessService, wholenessOf } from '../status/wholeness.ts';

/** How whole the lists of one collection are. */
export interface WholeLists extends Wholeness {
  readonly packageHash: string;
  /** null: it was not begun. */
  readonly enumeration: Enumeration | null;
}

export type WholeListsService = WholenessService & Pick<Service, 'listings' | 'memory'>;

/** The snapshot that they are judged by, and how whole each of them is. */
export interface ListsJudged {
  readonly snapshot: Snapshot;
  readonly collections: readonly WholeLists[];
}

/** One reading for all requests that share a snapshot: it is at most a second old, and older than every list that is read after it. */
const readings = new WeakMap<Snapshot, Map<string, ListsJudged>>();

/**
 * How whole the lists of these collections are. The snapshot is read before the states, or with them, and the states before the lists
 * (rule COLLECT-5). Throws StoreUnavailable.
 */
export async function wholeListsNow(
  packageHashes: readonly string[],
  service: WholeListsService,
): Promise<ListsJudged> {
  const key = packageHashes.join();
  const held = service.snapshots.held();
  const known = held && readings.get(held)?.get(key);
  if (known !== undefined) return known;
  return service.memory.flight(`lists ${key}`, async () => {
    const read = await wholeListsAnew(packageHashes, service, held);
    const shared = readings.get(read.snapshot) ?? new Map<string, ListsJudged>();
    readings.set(read.snapshot, shared.set(key, read));
    return read;
  });
}

/** The same, read now, under a snapshot that was read before. Left out: under a new one. */
export async function wholeListsAnew(
  packageHashes: readonly string[],
  service: WholeListsService,
  held?: Snapshot,
): Promise<ListsJudged> {
  const configured = service.shared.discovering.filter(({ packageHash }) => packageHashes.includes(packageHash));
  if (configured.length === 0)
    return { snapshot: held ?? (await service.snapshots.renewed()), collections: packageHashes.map(notConfigured) };
  const { snapshot, known, undoubted } =
    (await atOnce(configured, service, held)) ?? (await oneAfterAnother(configured, service, held));
  const doubted = configured.map(({ packageHash }) => packageHash).filter((hash) => !undoubted.has(hash));
  const doubtful = doubted.length === 0 ? none : await service.listings.doubtful(doubted);
  const collections = packageHashes.map((packageHash) => {
    const found = known.find(({ collection }) => collection.packageHash === packageHash);
    if (found === undefined) return notConfigured(packageHash);
    const { enumeration } = found.state;
    // Rule COLLECT-1: whose a doubtful token is, is not known.
    if (found.wholeness.through !== null && doubtful.has(packageHash))
      return { packageHash, enumeration, state: 'broken' as const, through: null, reason: inDoubt };
    return { packageHash, enumeration, ...found.wholeness };
  });
  return { snapshot, collections };
}

interface Ground {
  readonly snapshot: Snapshot;
  readonly known: readonly KnownCollection[];
  readonly undoubted: ReadonlySet<string>;
}

/** Rule COLLECT-9. */
async function atOnce(
  configured: readonly Discovering[],
  service: WholeListsService,
  held: Snapshot | undefined,
): Promise<Ground | undefined> {
  const { listings, snapshots, clock } = service;
  const readAt = clock.steady();
  const hashes = configured.map(({ packageHash }) => packageHash);
  const layouts = configured.map(({ name }) => basisRef(name));
  const read = await listings.ground(hashes, layouts, clock.now());
  if (read === undefined) return undefined;
  const snapshot = held ?? snapshots.adopt(read.progress, readAt);
  // They are newer than its progress, or of the same moment.
  configured.forEach(({ name }, at) => {
    const basis = read.layouts[at];
    if (basis !== undefined && !isEdited(basis) && snapshot.basis(name) === undefined)
      snapshots.learn(snapshot, name, basis);
  });
  const known = configured.map((collection, at) => {
    const state = read.states[at] as CollectionState;
    return { collection, state, wholeness: judged(collection, state, snapshot, service) };
  });
  return { snapshot, known, undoubted: read.undoubted };
}

async function oneAfterAnother(
  configured: readonly Discovering[],
  service: WholeListsService,
  held: Snapshot | undefined,
): Promise<Ground> {
  const snapshot = held ?? (await service.snapshots.renewed());
  const hashes = configured.map(({ packageHash }) => packageHash);
  return { snapshot, known: await wholenessOf(snapshot, service, hashes), undoubted: none };
}

const none: ReadonlySet<string> = new Set();

const notConfigured = (packageHash: string): WholeLists => ({
  packageHash,
  enumeration: null,
  state: 'none',
  through: null,
  reason: 'the collection is not configured: only tokens that were asked for are known',
});
const inDoubt = 'of at least one token it is open what the chain says: its record is in conflict, or too large to keep';

/**
 * The block through which the lists of all of them are whole; null where one is not, or where one is known from a later block on only: what
 * it had at the common block is not known then.
 */
export function commonThrough(wholes: readonly WholeLists[]): BlockRef | null {
  const [first, ...others] = wholes;
  if (first?.through == null) return null;
  let common = first.through;
  for (const { through } of others) {
    if (through === null) return null;
    if (through.height < common.height) common = through;
  }
  return wholes.every(({ enumeration }) => (enumeration?.block.height ?? 0) <= common.height) ? common : null;
}
