import type { BlockRef } from '../../domain/block.ts';
import type { Snapshot } from '../../domain/claim.ts';
import { type Enumeration, type Wholeness, wholeThrough } from '../../domain/collection.ts';
import type { BasisDefinition } from '../../domain/pinned-state.ts';
import type { Service } from '../../domain/service.ts';
import type { SharedDefinitions } from '../../domain/shared-definitions.ts';

/** How whole the lists of one collection are. */
export interface WholeLists extends Wholeness {
  readonly packageHash: string;
  /** null: it was not begun. */
  readonly enumeration: Enumeration | null;
}

type WholeListsService = Pick<Service, 'snapshots' | 'collections' | 'listings' | 'definitions' | 'shared' | 'clock'>;

/** One reading for all requests that share a snapshot: it is at most a second old, and older than every list that is read after it. */
const readings = new WeakMap<Snapshot, Map<string, Promise<readonly WholeLists[]>>>();

/**
 * How whole the lists of these collections are, of entities of this kind. The snapshot is read before the states, and the states before
 * the lists (rule COLLECT-5). Throws StoreUnavailable.
 */
export function wholeListsOf(
  kind: string,
  packageHashes: readonly string[],
  snapshot: Snapshot,
  service: WholeListsService,
): Promise<readonly WholeLists[]> {
  const shared = readings.get(snapshot) ?? new Map<string, Promise<readonly WholeLists[]>>();
  readings.set(snapshot, shared);
  const key = [kind, ...packageHashes].join();
  const known = shared.get(key);
  if (known !== undefined) return known;
  const reading = readWholeLists(kind, packageHashes, snapshot, service);
  shared.set(key, reading);
  reading.catch(() => shared.delete(key));
  return reading;
}

async function readWholeLists(
  kind: string,
  packageHashes: readonly string[],
  snapshot: Snapshot,
  { snapshots, collections, listings, definitions, shared, clock }: WholeListsService,
): Promise<readonly WholeLists[]> {
  const layouts = new Map(packageHashes.flatMap((hash) => layoutOf(hash, shared)));
  const configured = [...layouts.keys()];
  if (configured.length === 0) return packageHashes.map(notConfigured);
  const [states, doubtful, withBases] = await Promise.all([
    collections.get(configured),
    listings.doubtful(configured),
    snapshots.withBases(
      snapshot,
      [...layouts.values()].map(({ name }) => name),
    ),
  ]);
  const { definition = '' } = definitions.get(kind) ?? {};
  return packageHashes.map((packageHash) => {
    const layout = layouts.get(packageHash);
    const state = states.find((one) => one.packageHash === packageHash);
    if (layout === undefined || state === undefined) return notConfigured(packageHash);
    const { enumeration } = state;
    const judged = { snapshot: withBases, layout, definition, settings: shared.settings, now: clock.steady() };
    const whole = wholeThrough(state, judged);
    // Rule COLLECT-1: whose a doubtful token is, is not known.
    if (whole.through !== null && doubtful.has(packageHash))
      return { packageHash, enumeration, state: 'broken', through: null, reason: inDoubt };
    return { packageHash, enumeration, ...whole };
  });
}

/** Nothing: the collection is not configured, so that none of it is looked for. */
function layoutOf(packageHash: string, { discovering, basis }: SharedDefinitions): [string, BasisDefinition][] {
  const name = discovering.find(({ rootKey }) => rootKey === `hash-${packageHash}`)?.name;
  const layout = name === undefined ? undefined : basis(name);
  return layout === undefined ? [] : [[packageHash, layout]];
}

const notConfigured = (packageHash: string): WholeLists => ({
  packageHash,
  enumeration: null,
  state: 'none',
  through: null,
  reason: 'it is not configured: those tokens are known that were asked for',
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
