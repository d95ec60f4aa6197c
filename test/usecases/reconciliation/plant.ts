import { digestOf } from '../../../lib/domain/digest.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { entryOf } from '../../../lib/usecases/saving/cache-entry.ts';
import type { MemoryTables } from '../../support/memory-store.ts';

/** Puts something wrong that has to do with the record of this key. */
export type Plant = (key: string, tables: MemoryTables) => void;

/** As if it had been read so: value and digest. */
export const misread =
  (change: object): Plant =>
  (key, { records }) => {
    const record = recordAt(key, records);
    const value = { ...record.value, ...change };
    records.set(key, { ...record, value, digest: digestOf(value) });
  };

/** As if somebody had written into the table: a value, and not its digest. */
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

/** Its cache entry says the same then. */
export const cachedToo =
  (plant: Plant): Plant =>
  (key, tables) => {
    plant(key, tables);
    const cached = tables.cache.get(key);
    if (cached === undefined) throw new Error(`there is no cache entry of ${key}`);
    tables.cache.set(key, { ...cached, entry: entryOf(recordAt(key, tables.records)) });
  };

/** Nothing leads to it any more; others may still watch the same keys. */
export const unwatched: Plant = (key, { records, watches }) => {
  for (const watched of recordAt(key, records).readSet) watches.get(watched)?.delete(key);
};

/** Its trail stays. */
export const deleted: Plant = (key, { records }) => void records.delete(key);

export const withoutTrail: Plant = (key, { audit }) => void audit.delete(key);

/** The key of the one record whose key begins so. */
export function keyLike(begin: string, { records }: MemoryTables): string {
  const [key, ...others] = [...records.keys()].filter((one) => one.startsWith(begin));
  if (key === undefined || others.length > 0) throw new Error(`not one record is ${begin}…`);
  return key;
}

export function recordAt(key: string, records: MemoryTables['records']): EntityRecord {
  const record = records.get(key);
  if (record === undefined) throw new Error(`there is no record of ${key}`);
  return record;
}
