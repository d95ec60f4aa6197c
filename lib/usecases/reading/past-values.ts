import { brokenHead, brokenLink, editedEntry } from '../../domain/audit-chain.ts';
import { isAboveKnownHeads } from '../../domain/claim.ts';
import { isEdited } from '../../domain/compare.ts';
import { digestOf } from '../../domain/digest.ts';
import type { EntityDefinition, EntityRef } from '../../domain/entity.ts';
import type { Span } from '../../domain/held.ts';
import type { AuditEntry, EntityRecord } from '../../domain/record.ts';
import type { Service } from '../../domain/service.ts';
import { isOf, joinedAt, spansNow } from './from-history.ts';

const pageSize = 100;
/** What changed more often since is not rebuilt. */
const mostPages = 10;

/**
 * Rule PAST-6: gives the value after an entry of a record's trail in the answers' own form: what was answered then, also where it was
 * refuted later or is in dispute; undefined where the trail does not show it. Entries are asked for from the newest on, and the trail is
 * read once. Throws StoreUnavailable.
 */
export function pastValuesOf(
  ref: EntityRef,
  service: Service,
): (entry: AuditEntry) => Promise<object | null | undefined> {
  const definition = service.definitions.get(ref.kind);
  if (definition === undefined) return async () => undefined;
  // Bases have trails too.
  const remembering = { ...service, records: once(service.records, 'get'), audit: once(service.audit, 'history') };
  let beginning: ReturnType<typeof begin> | undefined;

  async function begin() {
    const snapshot = await service.snapshots.current();
    const record = await service.records.get(ref);
    // What the record is now is the root of all that is rebuilt.
    const isRoot =
      record !== undefined && !isEdited(record) && !isAboveKnownHeads(record, snapshot.progress, service.memory.head());
    return isRoot
      ? { snapshot, record, values: valuesAfter(record, definition as EntityDefinition, service) }
      : undefined;
  }

  return async ({ sequence, block }) => {
    beginning ??= begin();
    const begun = await beginning;
    if (begun === undefined) return undefined;
    const { snapshot, record, values } = begun;
    let found = await values.next();
    while (!found.done && found.value.sequence > sequence) found = await values.next();
    if (found.done || found.value.sequence !== sequence) return undefined;
    const { value } = found.value;
    if (value == null) return value;
    const joining = await joinedAt(record, block?.height ?? -1, snapshot, remembering);
    return joining && definition.present(ref.id, value, joining.joined);
  };
}

/** The present value: after which entry it came, and where it is known to have held. */
interface CurrentValue {
  readonly sequence: number;
  readonly spans: readonly Span[];
}

/** null where nothing is known (rule PAST-5). Throws StoreUnavailable. */
export async function currentValueOf(ref: EntityRef, service: Service): Promise<CurrentValue | null> {
  const definition = service.definitions.get(ref.kind);
  const snapshot = await service.snapshots.current();
  const record = definition && (await service.records.get(ref));
  if (record === undefined || definition === undefined) return null;
  const spans = await spansNow(record, definition.definition, snapshot, service);
  return spans.length === 0 ? null : { sequence: record.sequence, spans };
}

/** The value after each entry, newest first, as far as the trail is whole; undefined where it is not shown. */
async function* valuesAfter(
  record: EntityRecord,
  { definition }: Pick<EntityDefinition, 'definition'>,
  { audit }: Pick<Service, 'audit'>,
): AsyncGenerator<{ readonly sequence: number; readonly value: object | null | undefined }, undefined> {
  let { value } = record;
  let isShown = isOf(record, definition) && !record.tooLarge;
  let later: AuditEntry | undefined;
  for (let pages = 1; pages <= mostPages; pages += 1) {
    const before = later?.sequence ?? record.sequence + 1;
    const page = await audit.history(record.ref, { limit: pageSize, before });
    if (later === undefined && brokenHead(record.ref, record, page[0]) !== undefined) return;
    for (const entry of page) {
      if (later !== undefined && brokenLink(later, entry) !== undefined) return;
      if (editedEntry(entry) !== undefined) return;
      yield { sequence: entry.sequence, value: isShown ? value : undefined };
      value = entry.before === null ? null : { ...value, ...entry.before };
      const { held } = entry;
      if (held !== undefined && digestOf(value) !== held.digest) return;
      // Of a value that was too large to keep, the trail has none either.
      isShown = held === undefined ? value !== null : isOf(held, definition);
      later = entry;
    }
    if (page.length < pageSize) return;
  }
}

/** The same port, of which one method is called once for the same arguments. */
function once<Port extends object, Name extends keyof Port>(port: Port, name: Name): Port {
  const asked = new Map<string, unknown>();
  const method = port[name] as (...given: unknown[]) => unknown;
  const memoized = (...given: unknown[]): unknown => {
    const key = JSON.stringify(given);
    if (!asked.has(key)) asked.set(key, method(...given));
    return asked.get(key);
  };
  return { ...port, [name]: memoized };
}
