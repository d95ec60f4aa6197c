import type { Answer } from '../../domain/answer.ts';
import type { BlockRef } from '../../domain/block.ts';
import { isAboveKnownHeads, isOnAbandonedFork, type Snapshot } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import { type EntityDefinition, type EntityRef, refKey } from '../../domain/entity.ts';
import { defaultReadOptions, type ReadOptions } from '../../domain/freshness.ts';
import type { ListedRefs } from '../../domain/ports/listings.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { entryOf } from '../saving/cache-entry.ts';
import { basisNames, trusted } from '../store-access.ts';
import { answerFrom, judge, usabilityOf } from './answer-from.ts';
import { definitionOf } from './lookup.ts';
import { commonThrough, type WholeLists, wholeListsNow } from './whole-lists.ts';

/** An owner's entities, of all collections or of one; or the tokens of a collection. */
export type List =
  | { readonly owner: string; readonly collection?: string | undefined }
  | { readonly collection: string };

export interface ListedRecords {
  readonly answers: readonly Answer[];
  /** Where this page ends, where another page may follow: what is there may have left the list. */
  readonly last: EntityRef | undefined;
  /** The cursor: the block through which sync has followed the chain; null before the first tick. */
  readonly followed: BlockRef | null;
  /** The block at which this page is exactly what the chain has, of `collections`; null: that is not known. */
  readonly exactAt: BlockRef | null;
  readonly collections: readonly WholeLists[];
}

export interface ListQuery {
  readonly kind: string;
  readonly list: List;
  /** Continues behind this id. */
  readonly after?: string | undefined;
  readonly limit: number;
  /** Which ages count as current. */
  readonly options?: ReadOptions;
  /** Package hashes: what of these is on the list may be complete. */
  readonly collections?: readonly string[];
}

/** A row that has gone is kept for longer than this, so that it shows what has left the list above the cursor. */
const rowsKeptMs = 5 * 86_400_000;

/**
 * The records of a list, from the database. A record may leave the list after it was read: it is left out then (rule COLLECT-1).
 */
export async function findListed(
  { kind, list, options = defaultReadOptions, collections: asked = [], ...page }: ListQuery,
  service: Service,
): Promise<ListedRecords> {
  const definition = definitionOf({ kind }, service);
  const { snapshot, collections } = await wholeListsNow(asked, service);
  const { refs, more, end, changed } = await refsOn(kind, list, page, service);
  const records = await service.records.getMany(refs);
  const isUsable = (record: EntityRecord): boolean =>
    record.definition === definition.definition &&
    trusted(record, snapshot) !== undefined &&
    // Rule SAVE-8.
    !isAboveKnownHeads(record, snapshot.progress, service.memory.head()) &&
    !isEdited(record);
  const isOn = ({ value, tooLarge }: EntityRecord): boolean =>
    'owner' in list ? value !== null && definition.owner?.(value) === list.owner : value !== null || tooLarge;
  let exactFrom = changedAt(changed, snapshot);
  const current: EntityRecord[] = [];
  for (const record of records) {
    // A record of a later fork: the list is newer than the snapshot, and the cursor of that is of the abandoned fork.
    if (record === undefined || record.fork > snapshot.progress.fork) exactFrom = null;
    // Of a whole collection every token of the present fork was read on it: this one is not there.
    if (record === undefined || (isOnAbandonedFork(record, snapshot.progress) && !isEdited(record))) continue;
    if (!isUsable(record)) exactFrom = null;
    else if (isOn(record)) current.push(record);
    // It has left the list since.
    else if (exactFrom !== null) exactFrom = Math.max(exactFrom, record.block.height);
  }
  const whole = await service.snapshots.withBases(snapshot, [...new Set(current.flatMap(basisNames))]);
  return {
    answers: current.map((record) => itemOf(record, { definition, snapshot: whole, options, service })),
    last: more && end !== undefined ? { kind, id: end } : undefined,
    followed: snapshot.progress.cursor,
    exactAt: exactAt(exactFrom, collections, snapshot),
    collections,
  };
}

/**
 * The highest block at which anything on the page changed; null: the page is newer than the snapshot. What an abandoned fork has changed
 * counts for nothing: where the collection is whole, each of its tokens was read on the present fork, which wrote the rows again.
 */
function changedAt(changed: ListedRefs['changed'], { progress }: Snapshot): number | null {
  if (changed.some(({ fork }) => fork > progress.fork)) return null;
  const present = changed.filter(({ fork, height }) => !isOnAbandonedFork({ fork, block: { height } }, progress));
  return Math.max(0, ...present.map(({ height }) => height));
}

/**
 * Rule COLLECT-5: a page of lists that are whole is exact at their block, where every record on it could be answered, and nothing on it has
 * changed after that block.
 */
function exactAt(
  exactFrom: number | null,
  collections: readonly WholeLists[],
  { progress: { head } }: Snapshot,
): BlockRef | null {
  const through = commonThrough(collections);
  if (through === null || exactFrom === null || exactFrom > through.height) return null;
  // By the chain's own time: how far sync is behind.
  const behind = head === null || head === undefined ? 0 : Date.parse(head.timestamp) - Date.parse(through.timestamp);
  return behind < rowsKeptMs ? through : null;
}

function refsOn(
  kind: string,
  list: List,
  { after, limit }: Pick<ListQuery, 'after' | 'limit'>,
  { listings }: Pick<Service, 'listings'>,
): Promise<ListedRefs> {
  const page = { limit, ...(after !== undefined && { after }) };
  if (!('owner' in list)) return listings.byCollection(kind, list.collection, page);
  const within = list.collection === undefined ? {} : { prefix: `${list.collection}:` };
  return listings.byOwner(kind, list.owner, { ...page, ...within });
}

interface Listing {
  readonly definition: EntityDefinition;
  readonly snapshot: Snapshot;
  readonly options: ReadOptions;
  readonly service: Service;
}

/** Judged like a value that a single read finds: stale only where it is too old, in dispute, or below what was served. */
function itemOf(record: EntityRecord, { definition, snapshot, options, service }: Listing): Answer {
  const judged = judge(definition, entryOf(record), snapshot, service);
  const usable = usabilityOf(judged, options, service);
  // Rule CONFLICT-2: the chain contradicts the stored value.
  const stale = record.conflict !== null || (usable !== 'fresh' && usable !== 'due');
  if (!stale) service.memory.serve(refKey(record.ref), judged.through.height);
  return answerFrom(definition, judged, { source: 'database', stale, cache: 'miss' });
}
