import { brokenLink, editedEntry } from '../../domain/audit-chain.ts';
import { isEdited } from '../../domain/compare.ts';
import { type EntityRef, parseRefKey, refKey } from '../../domain/entity.ts';
import { LookupError } from '../../domain/errors.ts';
import type { AuditEntry, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import type { SubjectService } from '../audit/audited-subjects.ts';
import { brokenInParts } from '../audit/trail-parts.ts';

/** What the store alone shows of a record. */
export interface StoreChecks {
  /** Keys of the read set without a watch; undefined: the record is not tracked any more, and claims nothing. */
  readonly unwatched: readonly string[] | undefined;
  /** It was restored from other tables (rule ITEM-6), where it was tracked. */
  readonly isRestored: boolean;
  /** What does not fit between the record and its audit trail. */
  readonly trail: string | undefined;
  /** Entities that the record refers to, and that have no record. */
  readonly dangling: readonly EntityRef[];
  /** Whether the record refers to any entity. */
  readonly refers: boolean;
}

type StoreCheckService = Pick<Service, 'watches' | 'audit' | 'definitions' | 'clock'> & SubjectService;

/** The results are in the order of the records. Uses a few batch reads, however many records there are. */
export async function checkStored(
  records: readonly EntityRecord[],
  service: StoreCheckService,
): Promise<StoreChecks[]> {
  const references = records.map((record) => referencesOf(record, service));
  const [unwatched, trails, present] = await Promise.all([
    unwatchedOf(records, service),
    trailsOf(records, service),
    presentOf(references.flat(), service),
  ]);
  return records.map((record, at) => ({
    unwatched: unwatched[at],
    isRestored: Date.parse(record.restoredUntil ?? '') > service.clock.now(),
    trail: trails[at],
    dangling: (references[at] ?? []).filter((ref) => !present.has(refKey(ref))),
    refers: (references[at] ?? []).length > 0,
  }));
}

/** The references of a row that was edited are not trusted. An id that is invalid for its kind is not a reference. */
function referencesOf(record: EntityRecord, { definitions }: StoreCheckService): EntityRef[] {
  const definition = definitions.get(record.ref.kind);
  if (definition?.references === undefined || record.value === null || isEdited(record)) return [];
  if (record.definition !== definition.definition) return [];
  return definition.references(record.value, record.ref.id).flatMap(({ kind, id }) => {
    const canonical = canonicalIdOf(kind, id, definitions);
    return canonical === undefined ? [] : [{ kind, id: canonical }];
  });
}

function canonicalIdOf(kind: string, id: string, definitions: Service['definitions']): string | undefined {
  try {
    return definitions.get(kind)?.canonicalId(id);
  } catch (error) {
    if (error instanceof LookupError) return undefined;
    throw error;
  }
}

async function presentOf(refs: readonly EntityRef[], { records }: StoreCheckService): Promise<ReadonlySet<string>> {
  const keys = [...new Set(refs.map(refKey))];
  const found = await records.getMany(keys.map(parseRefKey));
  return new Set(keys.filter((_, at) => found[at] !== undefined));
}

async function unwatchedOf(
  records: readonly EntityRecord[],
  { watches, clock }: StoreCheckService,
): Promise<(readonly string[] | undefined)[]> {
  const now = clock.now();
  const isTracked = ({ trackedUntil }: EntityRecord): boolean => Date.parse(trackedUntil) > now;
  const missing = await watches.missing(
    records.map((record) => ({
      watcher: refKey(record.ref),
      keys: isTracked(record) ? record.readSet : [],
      until: Math.floor(Date.parse(record.trackedUntil) / 1_000),
    })),
  );
  return records.map((record, at) => (isTracked(record) ? missing[at] : undefined));
}

/** Rule AUDIT-4: how many of the newest entries are looked at each time, besides the one that must not be there. */
const newestEntries = 3;

/**
 * A record names the newest entry of its trail by digest: the entry must be there, match, follow the ones before it, and be the last
 * one. What does not fit is read again: a change between the readings of record and trail is no break.
 */
async function trailsOf(records: readonly EntityRecord[], service: StoreCheckService): Promise<(string | undefined)[]> {
  const asked = records.flatMap(({ ref, sequence }) =>
    Array.from({ length: newestEntries + 1 }, (_, back) => ({ ref, sequence: sequence + 1 - back })).filter(
      (one) => one.sequence >= 1,
    ),
  );
  const found = (await service.audit.entries(asked)).filter((entry) => entry !== undefined);
  const entries = Map.groupBy(found, ({ ref }) => refKey(ref));
  const suspects = records
    .map(({ ref }) => ({ ref, entries: entries.get(refKey(ref)) ?? [], heldAgainstRecord: true }))
    .filter((part, at) => !isWhole(records[at] as EntityRecord, part.entries));
  const broken = await brokenInParts(suspects, service);
  const problems = new Map(suspects.map(({ ref }, at) => [refKey(ref), broken[at]?.[0]]));
  return records.map(({ ref }) => {
    const link = problems.get(refKey(ref));
    return link && `entry ${link.sequence} of the trail: ${link.problem}`;
  });
}

function isWhole({ sequence, auditHead }: EntityRecord, entries: readonly AuditEntry[]): boolean {
  const known = new Map(entries.map((entry) => [entry.sequence, entry]));
  if (known.has(sequence + 1) || known.get(sequence)?.digest !== auditHead) return false;
  const oldest = Math.max(1, sequence + 1 - newestEntries);
  for (let at = sequence; at >= oldest; at -= 1) {
    const entry = known.get(at);
    if (entry === undefined) return false;
    const fault = at > oldest || at === 1 ? brokenLink(entry, known.get(at - 1)) : editedEntry(entry);
    if (fault !== undefined) return false;
  }
  return true;
}
