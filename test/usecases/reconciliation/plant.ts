import { digestOf } from '../../../lib/domain/digest.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { entryOf } from '../../../lib/usecases/saving/cache-entry.ts';
import type { MemoryTables } from '../../support/memory-store.ts';

/** Makes something wrong about the record of this key. */
export type Plant = (key: string, tables: MemoryTables) => void;

/** As if the value had been read so: the digest matches. */
export const misread =
  (change: object): Plant =>
  (key, { records }) => {
    const record = recordAt(key, records);
    const value = { ...record.value, ...change };
    records.set(key, { ...record, value, digest: digestOf(value) });
  };

/** As if a person had edited the row: the digest does not match. */
export const edited =
  (change: object): Plant =>
  (key, { records }) => {
    const record = recordAt(key, records);
    records.set(key, { ...record, value: { ...record.value, ...change } });
  };

export const ofBlock =
  (change: Partial<EntityRecord['block']>): Plant =>
  (key, { records }) => {
    const record = recordAt(key, records);
    records.set(key, { ...record, block: { ...record.block, ...change } });
  };

/** Makes the cache entry wrong in the same way. */
export const cachedToo =
  (plant: Plant): Plant =>
  (key, tables) => {
    plant(key, tables);
    const cached = tables.cache.get(key);
    if (cached === undefined) throw new Error(`there is no cache entry of ${key}`);
    tables.cache.set(key, { ...cached, entry: entryOf(recordAt(key, tables.records)) });
  };

/** Deletes the watches of the record; other records may watch the same keys. */
export const unwatched: Plant = (key, { records, watches }) => {
  for (const watched of recordAt(key, records).readSet) watches.get(watched)?.delete(key);
};

/** Deletes the record, and keeps its trail. */
export const deleted: Plant = (key, { records }) => void records.delete(key);

export const withoutTrail: Plant = (key, { audit }) => void audit.delete(key);

/** The key of the one record whose key has this beginning. */
export function keyLike(begin: string, { records }: MemoryTables): string {
  const [key, ...others] = [...records.keys()].filter((one) => one.startsWith(begin));
  if (key === undefined || others.length > 0) throw new Error(`not exactly one record has a key like ${begin}…`);
  return key;
}

export function recordAt(key: string, records: MemoryTables['records']): EntityRecord {
  const record = records.get(key);
  if (record === undefined) throw new Error(`there is no record of ${key}`);
  return record;
}
