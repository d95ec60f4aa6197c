import { describe, expect, test } from '@jest/globals';
import { refKey } from '../../lib/domain/entity.ts';
import { shardCount, shardOf } from '../../lib/domain/shard.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { recordOf } from './samples.ts';

const dateOf = (at: number) => new Date(1_700_000_000_000 + ((at * 7_919) % 500) * 1_000).toISOString();

describe('The index of the store in memory', () => {
  /** Everything as the index has it, and as the records say it. */
  async function bothWays({ records, tables }: ReturnType<typeof createMemoryStore>) {
    const shards = Array.from({ length: shardCount }, (_, shard) => shard);
    const listed = await Promise.all(shards.map((shard) => records.byChecked(shard, { limit: 10_000 })));
    const places = [...tables.records].map(([key, { checkedAt }]) => ({ checkedAt, key }));
    const sorted = places.sort((a, b) => (`${a.checkedAt} ${a.key}` < `${b.checkedAt} ${b.key}` ? -1 : 1));
    return [
      listed.map((page) => page.places),
      shards.map((shard) => sorted.filter(({ key }) => shardOf(key) === shard)),
    ];
  }

  test('follows every change of the table, also one that is made past the store', async () => {
    const store = createMemoryStore();
    const { records } = store.tables;
    const put = (at: number, checkedAt: string) => {
      const record = recordOf({ id: `id-${at}`, checkedAt });
      records.set(refKey(record.ref), record);
    };
    for (let at = 0; at < 300; at++) put(at, dateOf(at));
    const [first, expected] = await bothWays(store);
    expect(first).toEqual(expected);
    for (let at = 0; at < 300; at += 3) put(at, dateOf(at + 100));
    for (let at = 1; at < 300; at += 3) records.delete(`asset#id-${at}`);
    for (let at = 300; at < 330; at++) put(at, dateOf(at));
    expect(records.delete('asset#id-1')).toBe(false);
    const [then, expectedThen] = await bothWays(store);
    expect(then).toEqual(expectedThen);
    expect(then?.flat()).toHaveLength(records.size);
    records.clear();
    put(1, dateOf(1));
    expect((await bothWays(store))[0]?.flat()).toHaveLength(1);
  });

  test('leaves the table a plain map: copied, cloned and compared as one', async () => {
    const { tables, records } = createMemoryStore();
    tables.records.set('asset#a', recordOf());
    await records.countChecked(shardOf('asset#a'), {});
    const copies = [structuredClone(tables.records), new Map(tables.records)];
    expect(copies).toEqual([tables.records, tables.records]);
    expect(Object.keys(tables.records)).toEqual([]);
    for (const copied of copies) {
      copied.set('asset#b', recordOf({ id: 'b' }));
      const store = createMemoryStore({ tables: { ...tables, records: copied } });
      expect(await store.records.countChecked(shardOf('asset#b'), {})).toBe(
        shardOf('asset#a') === shardOf('asset#b') ? 2 : 1,
      );
    }
    expect(tables.records.size).toBe(1);
  });
});
