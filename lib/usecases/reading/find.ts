import type { Answer } from '../../domain/answer.ts';
import { isAboveKnownHeads, type Snapshot } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import { type EntityDefinition, type EntityRef, refKey } from '../../domain/entity.ts';
import { defaultReadOptions, type ReadOptions } from '../../domain/freshness.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { entryOf } from '../saving/cache-entry.ts';
import { basisNames, trusted } from '../store-access.ts';
import { answerFrom, judge, usabilityOf } from './answer-from.ts';
import { definitionOf } from './lookup.ts';

export interface OwnedRecords {
  readonly answers: readonly Answer[];
  /** The last ref of this page, where another page follows. */
  readonly last: EntityRef | undefined;
  /** The cursor: the block through which sync has followed the chain; null before the first tick. */
  readonly followed: { readonly height: number; readonly hash: string; readonly timestamp: string } | null;
}

export interface OwnedQuery {
  /** Narrows the ids. */
  readonly prefix?: string;
  /** Continues behind this id. */
  readonly after?: string;
  readonly limit: number;
  /** Which ages count as current. */
  readonly options?: ReadOptions;
}

/**
 * An owner's records of one kind, from the database. A record may change its owner after the list was read: it is left out
 * then (rule COLLECT-1).
 */
export async function findByOwner(
  kind: string,
  owner: string,
  { options = defaultReadOptions, ...page }: OwnedQuery,
  service: Service,
): Promise<OwnedRecords> {
  const definition = definitionOf({ kind }, service);
  const snapshot = await service.snapshots.current();
  const { refs, more } = await service.listings.byOwner(kind, owner, page);
  const records = (await service.records.getMany(refs)).filter((record) => record !== undefined);
  const current = records.filter(
    (record) =>
      record.owner === owner &&
      record.definition === definition.definition &&
      trusted(record, snapshot) &&
      // Rule SAVE-8.
      !isAboveKnownHeads(record, snapshot.progress, service.memory.head()) &&
      !isEdited(record),
  );
  const whole = await service.snapshots.withBases(snapshot, [...new Set(current.flatMap(basisNames))]);
  return {
    answers: current.map((record) => itemOf(record, { definition, snapshot: whole, options, service })),
    last: more ? refs.at(-1) : undefined,
    followed: snapshot.progress.cursor,
  };
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
