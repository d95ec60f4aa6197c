import { keyKind } from '../../domain/api-key.ts';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import { localKind, parsePlaceKey } from '../../domain/local-data.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

/** What names the newest entry of its trail: a record, an application's local data, or an API key. */
export type AuditedSubject = Pick<EntityRecord, 'sequence' | 'auditHead'>;

export type SubjectService = Pick<Service, 'records' | 'localData' | 'keys'>;

/** The kind of the records of shared state, which have no route. */
const sharedState = 'basis';

/** Whether trails of this kind have a subject. */
export const hasSubject = (kind: string, definitions: Pick<Service['definitions'], 'has'>): boolean =>
  [sharedState, localKind, keyKind].includes(kind) || definitions.has(kind);

/** The subjects of trails, as far as they exist, by the keys of the trails; consistent. */
export async function subjectsOf(
  trails: readonly EntityRef[],
  { records, localData, keys }: SubjectService,
): Promise<ReadonlyMap<string, AuditedSubject | undefined>> {
  const {
    local = [],
    ofKeys = [],
    recorded = [],
  } = Object.groupBy(trails, ({ kind }) => (kind === localKind ? 'local' : kind === keyKind ? 'ofKeys' : 'recorded'));
  const byApplication = Map.groupBy(local, ({ id }) => parsePlaceKey(id).application);
  const parts = [
    ...(recorded.length === 0 ? [] : [pairs(recorded, records.getMany(recorded))]),
    ...(ofKeys.length === 0 ? [] : [pairs(ofKeys, Promise.all(ofKeys.map(({ id }) => subjectOfKey(id, keys))))]),
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

/** Rule ACCESS-24. A row that was changed outside this service names no entry. */
async function subjectOfKey(id: string, keys: Pick<Service['keys'], 'find'>): Promise<AuditedSubject | undefined> {
  const key = await keys.find(id);
  return key && { sequence: key.revision, auditHead: key.unreadable ? '' : key.auditHead };
}

async function pairs(trails: readonly EntityRef[], found: Promise<readonly (AuditedSubject | undefined)[]>) {
  const subjects = await found;
  return trails.map((trail, at) => [refKey(trail), subjects[at]] as const);
}
