import { isEdited } from '../../domain/compare.ts';
import { type EntityRef, parseRefKey, refKey } from '../../domain/entity.ts';
import { LookupError } from '../../domain/errors.ts';
import type { EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';

/** What the store alone tells of a record. */
export interface StoreChecks {
  /** Keys that it rests on and whose write would not be seen; undefined: it is not followed any more, and claims nothing. */
  readonly unwatched: readonly string[] | undefined;
  /** What is wrong between it and its trail; undefined: nothing is. */
  readonly trail: string | undefined;
  /** Of what it refers to, what there is no record of. */
  readonly dangling: readonly EntityRef[];
  /** Whether it refers to anything. */
  readonly refers: boolean;
}

type AboutService = Pick<Service, 'records' | 'watches' | 'audit' | 'definitions' | 'clock'>;

/** In a few batches, however many records there are; in their order. */
export async function checkStored(records: readonly EntityRecord[], service: AboutService): Promise<StoreChecks[]> {
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

/** What was written behind our back refers to nothing; an id that is none of its kind is no reference. */
function referencesOf(record: EntityRecord, { definitions }: AboutService): EntityRef[] {
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

async function presentOf(refs: readonly EntityRef[], { records }: AboutService): Promise<ReadonlySet<string>> {
  const keys = [...new Set(refs.map(refKey))];
  const found = await records.getMany(keys.map(parseRefKey));
  return new Set(keys.filter((_, at) => found[at] !== undefined));
}

async function unwatchedOf(
  records: readonly EntityRecord[],
  { watches, clock }: AboutService,
): Promise<(readonly string[] | undefined)[]> {
  const now = clock.now();
  const asked = records.map(({ ref, readSet, trackedUntil }) => {
    const isFollowed = Date.parse(trackedUntil) > now;
    return {
      watcher: refKey(ref),
      keys: isFollowed ? readSet : [],
      until: Math.floor(Date.parse(trackedUntil) / 1_000),
    };
  });
  const missing = await watches.missing(asked);
  return records.map(({ trackedUntil }, at) => (Date.parse(trackedUntil) > now ? missing[at] : undefined));
}

/** Each record names the newest entry of its trail: there it is, it is the one that is named, and none is behind it. */
async function trailsOf(records: readonly EntityRecord[], { audit }: AboutService): Promise<(string | undefined)[]> {
  const entries = await audit.entries(
    records.flatMap(({ ref, sequence }) => [
      { ref, sequence },
      { ref, sequence: sequence + 1 },
    ]),
  );
  return records.map(({ sequence, auditHead }, at) => {
    const [named, later] = [entries[2 * at], entries[2 * at + 1]];
    if (later !== undefined) return `it is older than its trail, which goes beyond entry ${sequence}`;
    if (named === undefined) return `its trail has no entry ${sequence}`;
    return named.digest === auditHead ? undefined : `entry ${sequence} of its trail is not the one that it names`;
  });
}
