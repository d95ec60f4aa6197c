import type { Answer } from '../../domain/answer.ts';
import { isEdited } from '../../domain/compare.ts';
import type { EntityRef } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';
import { entryOf } from '../saving/cache-entry.ts';
import { basisNames, trusted } from '../store-access.ts';
import { answerFrom, judge } from './answer-from.ts';
import { definitionOf } from './lookup.ts';

export interface OwnedRecords {
  readonly answers: readonly Answer[];
  /** The last ref of this page, where another page follows. */
  readonly last: EntityRef | undefined;
  /** The cursor: the block through which sync has followed the chain; null before the first tick. */
  readonly followed: { readonly height: number; readonly hash: string; readonly timestamp: string } | null;
}

/**
 * An owner's records of one kind, from the database. The owner index may lag behind, so each record is read again and
 * left out where its owner has changed.
 */
export async function findByOwner(
  kind: string,
  owner: string,
  page: { readonly prefix?: string; readonly after?: string; readonly limit: number },
  service: Service,
): Promise<OwnedRecords> {
  const definition = definitionOf({ kind }, service);
  const snapshot = await service.snapshots.current();
  const { refs, more } = await service.records.byOwner(kind, owner, page);
  const records = (await service.records.getMany(refs)).filter((record) => record !== undefined);
  const current = records.filter(
    (record) =>
      record.owner === owner &&
      record.definition === definition.definition &&
      trusted(record, snapshot) &&
      !isEdited(record),
  );
  const whole = await service.snapshots.withBases(snapshot, [...new Set(current.flatMap(basisNames))]);
  return {
    answers: current.map((record) =>
      answerFrom(definition, judge(definition, entryOf(record), whole, service), {
        source: 'database',
        stale: true,
        cache: 'miss',
      }),
    ),
    last: more ? refs.at(-1) : undefined,
    followed: snapshot.progress.cursor,
  };
}
