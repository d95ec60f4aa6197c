import { keepRows } from '../../../infra/local/memory/listings.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import type { MemoryTables } from '../../support/memory-store.ts';

/** Copies of a record under these ids, and nothing else on any list: what an owner has who has so many. */
export function plantOwned(sample: EntityRecord, ids: readonly string[], owner: string, tables: MemoryTables): void {
  tables.listings.clear();
  for (const id of ids) {
    const record = { ...sample, ref: { kind: sample.ref.kind, id }, owner };
    tables.records.set(`${sample.ref.kind}#${id}`, record);
    keepRows(tables, record, undefined);
  }
}
