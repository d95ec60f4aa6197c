import { keyKind } from '../../domain/api-key.ts';
import { digestOf } from '../../domain/digest.ts';
import { type EntityRef, refKey } from '../../domain/entity.ts';
import { localKind, parsePlaceKey } from '../../domain/local-data.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { webhookKind } from '../../domain/webhook.ts';

/** What names the newest entry of its trail: a record, an application's local data, an API key, or a webhook. */
export type AuditedSubject = Pick<EntityRecord, 'sequence' | 'auditHead'>;

export type SubjectService = Pick<Service, 'records' | 'localData' | 'keys' | 'webhooks'>;

/** The kind of the records of shared state, which have no route. */
const sharedState = 'basis';

/** Whether trails of this kind have a subject. */
export const hasSubject = (kind: string, definitions: Pick<Service['definitions'], 'has'>): boolean =>
  [sharedState, localKind, keyKind, webhookKind].includes(kind) || definitions.has(kind);

/** The subjects of trails, as far as they exist, by the keys of the trails; consistent. */
export async function subjectsOf(
  trails: readonly EntityRef[],
  { records, localData, keys, webhooks }: SubjectService,
): Promise<ReadonlyMap<string, AuditedSubject | undefined>> {
  const {
    local = [],
    ofKeys = [],
    ofWebhooks = [],
    recorded = [],
  } = Object.groupBy(trails, ({ kind }) => groups[kind] ?? 'recorded');
  const byApplication = Map.groupBy(local, ({ id }) => parsePlaceKey(id).application);
  const parts = [
    ...(recorded.length === 0 ? [] : [pairs(recorded, recordsAsWritten(recorded, records))]),
    ...(ofKeys.length === 0 ? [] : [pairs(ofKeys, Promise.all(ofKeys.map(({ id }) => subjectOfRow(id, keys))))]),
    ...(ofWebhooks.length === 0
      ? []
      : [pairs(ofWebhooks, Promise.all(ofWebhooks.map(({ id }) => subjectOfRow(id, webhooks))))]),
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

const groups: Readonly<Record<string, 'local' | 'ofKeys' | 'ofWebhooks'>> = {
  [localKind]: 'local',
  [keyKind]: 'ofKeys',
  [webhookKind]: 'ofWebhooks',
};

/** Rule ITEM-3. A value that was changed outside this service, unless a person has decided to keep it, belongs to no entry. */
async function recordsAsWritten(
  refs: readonly EntityRef[],
  records: SubjectService['records'],
): Promise<readonly (AuditedSubject | undefined)[]> {
  return (await records.getMany(refs)).map((record) => {
    if (record === undefined || record.conflict?.state === 'kept' || record.digest === digestOf(record.value))
      return record;
    return { sequence: record.sequence, auditHead: '' };
  });
}

interface Rows {
  find(
    id: string,
  ): Promise<{ readonly revision: number; readonly auditHead: string; readonly unreadable?: true } | undefined>;
}

/** Rules ACCESS-24 and HOOK-6. A row that was changed outside this service names no entry. */
async function subjectOfRow(id: string, rows: Rows): Promise<AuditedSubject | undefined> {
  const row = await rows.find(id);
  return row && { sequence: row.revision, auditHead: row.unreadable ? '' : row.auditHead };
}

async function pairs(trails: readonly EntityRef[], found: Promise<readonly (AuditedSubject | undefined)[]>) {
  const subjects = await found;
  return trails.map((trail, at) => [refKey(trail), subjects[at]] as const);
}
