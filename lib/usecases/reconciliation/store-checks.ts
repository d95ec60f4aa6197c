import { isEdited } from '../../domain/compare.ts';
import { type EntityRef, parseRefKey, refKey } from '../../domain/entity.ts';
import { LookupError } from '../../domain/errors.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

/** What the store alone shows of a record. */
export interface StoreChecks {
  /** Keys of the read set without a watch; undefined: the record is not tracked any more, and claims nothing. */
  readonly unwatched: readonly string[] | undefined;
  /** What does not fit between the record and its audit trail. */
  readonly trail: string | undefined;
  /** Entities that the record refers to, and that have no record. */
  readonly dangling: readonly EntityRef[];
  /** Whether the record refers to any entity. */
  readonly refers: boolean;
}

type StoreCheckService = Pick<Service, 'records' | 'watches' | 'audit' | 'definitions' | 'clock'>;

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
  return records.map((_, at) => ({
    unwatched: unwatched[at],
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

/** A record names the newest entry of its trail by digest: the entry must be there, match, and be the last one. */
async function trailsOf(
  records: readonly EntityRecord[],
  { audit }: StoreCheckService,
): Promise<(string | undefined)[]> {
  const entries = await audit.entries(
    records.flatMap(({ ref, sequence }) => [
      { ref, sequence },
      { ref, sequence: sequence + 1 },
    ]),
  );
  return records.map(({ sequence, auditHead }, at) => {
    const [named, later] = [entries[2 * at], entries[2 * at + 1]];
    if (later !== undefined) return `the record is older than its trail, which has entries after entry ${sequence}`;
    if (named === undefined) return `the trail has no entry ${sequence}`;
    return named.digest === auditHead
      ? undefined
      : `entry ${sequence} of the trail has another digest than the record names`;
  });
}
