import type { BlockRef } from '../../domain/block.ts';
import type { Snapshot } from '../../domain/claim.ts';
import type { Enumeration, Wholeness } from '../../domain/collection.ts';
import type { Service } from '../../domain/service.ts';
import { type WholenessService, wholenessOf } from '../status/wholeness.ts';

/** How whole the lists of one collection are. */
export interface WholeLists extends Wholeness {
  readonly packageHash: string;
  /** null: it was not begun. */
  readonly enumeration: Enumeration | null;
}

type WholeListsService = WholenessService & Pick<Service, 'listings'>;

/** One reading for all requests that share a snapshot: it is at most a second old, and older than every list that is read after it. */
const readings = new WeakMap<Snapshot, Map<string, Promise<readonly WholeLists[]>>>();

/**
 * How whole the lists of these collections are. The snapshot is read before the states, and the states before
 * the lists (rule COLLECT-5). Throws StoreUnavailable.
 */
export function wholeListsOf(
  packageHashes: readonly string[],
  snapshot: Snapshot,
  service: WholeListsService,
): Promise<readonly WholeLists[]> {
  const shared = readings.get(snapshot) ?? new Map<string, Promise<readonly WholeLists[]>>();
  readings.set(snapshot, shared);
  const key = packageHashes.join();
  const known = shared.get(key);
  if (known !== undefined) return known;
  const reading = readWholeLists(packageHashes, snapshot, service);
  shared.set(key, reading);
  reading.catch(() => shared.delete(key));
  return reading;
}

async function readWholeLists(
  packageHashes: readonly string[],
  snapshot: Snapshot,
  service: WholeListsService,
): Promise<readonly WholeLists[]> {
  const [known, doubtful] = await Promise.all([
    wholenessOf(snapshot, service, packageHashes),
    doubtfulOf(packageHashes, service),
  ]);
  return packageHashes.map((packageHash) => {
    const found = known.find(({ collection }) => collection.packageHash === packageHash);
    if (found === undefined) return notConfigured(packageHash);
    const { enumeration } = found.state;
    // Rule COLLECT-1: whose a doubtful token is, is not known.
    if (found.wholeness.through !== null && doubtful.has(packageHash))
      return { packageHash, enumeration, state: 'broken', through: null, reason: inDoubt };
    return { packageHash, enumeration, ...found.wholeness };
  });
}

const none: ReadonlySet<string> = new Set();

/** Of those that are configured: of the others it is not asked. */
async function doubtfulOf(
  packageHashes: readonly string[],
  { listings, shared }: Pick<WholeListsService, 'listings' | 'shared'>,
): Promise<ReadonlySet<string>> {
  const configured = packageHashes.filter((hash) => shared.discovering.some((one) => one.packageHash === hash));
  return configured.length === 0 ? none : listings.doubtful(configured);
}

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
