import { type EntityRef, refKey } from '../../domain/entity.ts';
import { localKind, parsePlaceKey } from '../../domain/local-data.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

/** What names the newest entry of its trail: a record, or an application's local data. */
export type AuditedSubject = Pick<EntityRecord, 'sequence' | 'auditHead'>;

export type SubjectService = Pick<Service, 'records' | 'localData'>;

/** The kind of the records of shared state, which have no route. */
const sharedState = 'basis';

/** Whether trails of this kind have a subject. */
export const hasSubject = (kind: string, definitions: Pick<Service['definitions'], 'has'>): boolean =>
  kind === sharedState || kind === localKind || definitions.has(kind);

/** The subjects of trails, as far as they exist, by the keys of the trails; consistent. */
export async function subjectsOf(
  trails: readonly EntityRef[],
  { records, localData }: SubjectService,
): Promise<ReadonlyMap<string, AuditedSubject | undefined>> {
  const [local = [], recorded = []] = [true, false].map((is) =>
    trails.filter(({ kind }) => (kind === localKind) === is),
  );
  const byApplication = Map.groupBy(local, ({ id }) => parsePlaceKey(id).application);
  const parts = [
    ...(recorded.length === 0 ? [] : [pairs(recorded, records.getMany(recorded))]),
    ...[...byApplication].map(([application, own]) =>
      pairs(
        own,
        localData.findMany(
          application,
          own.map(({ id }) => parsePlaceKey(id).ref),
        ),
      ),
    ),
  ];
  return new Map((await Promise.all(parts)).flat());
}

async function pairs(trails: readonly EntityRef[], found: Promise<readonly (AuditedSubject | undefined)[]>) {
  const subjects = await found;
  return trails.map((trail, at) => [refKey(trail), subjects[at]] as const);
}
