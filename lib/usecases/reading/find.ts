import type { Answer } from '../../domain/answer.ts';
import { isEdited } from '../../domain/compare.ts';
import type { EntityRef } from '../../domain/entity.ts';
import type { Service } from '../../domain/service.ts';
import { entryOf } from '../saving/cache-entry.ts';
import { basisNames, trusted } from '../store-access.ts';
import { answerFrom, judge } from './answer-from.ts';
import { definitionOf } from './lookup.ts';

export interface OwnedAssets {
  readonly answers: readonly Answer[];
  /** The last ref that was looked at, where there may be more behind it. */
  readonly last: EntityRef | undefined;
  /** The block through which the chain has been followed; null before it has been. */
  readonly followed: { readonly height: number; readonly hash: string; readonly timestamp: string } | null;
}

/** An owner's records of one kind, from the database: each re-read, and dropped when its owner is another by now. */
export async function findByOwner(
  kind: string,
  owner: string,
  page: { readonly prefix?: string; readonly after?: string; readonly limit: number },
  service: Service,
): Promise<OwnedAssets> {
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
