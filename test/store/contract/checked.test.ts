import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { refKey } from '../../../lib/domain/entity.ts';
import type { CheckedSpan, Records } from '../../../lib/domain/ports/records.ts';
import type { Checked, Place } from '../../../lib/domain/reconciliation.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { shardCount, shardOf } from '../../../lib/domain/shard.ts';
import { comparedWith, recordOf } from '../samples.ts';
import { onBoth } from '../subjects.ts';

const minute = (at: number) => `2026-01-01T00:${String(at).padStart(2, '0')}:00.000Z`;
const shard = 3;
/** Ids of records of one shard. */
const ids = Array.from({ length: 4_000 }, (_, at) => `id-${at}`).filter((id) => shardOf(`asset#${id}`) === shard);
const keyOf = (at: number): string => `asset#${ids[at]}`;
const checkedOf = ({ ref, block, sequence }: EntityRecord): Checked => ({
  key: refKey(ref),
  height: block.height,
  sequence,
});

test('Shards are the ones that records were given before', () => {
  for (const key of ['asset#a', 'basis#era', 'account#account-hash-ü ✓ 𝒳', '', ...ids.map((id) => `staking#${id}`)]) {
    const first = createHash('sha256').update(key).digest()[0] ?? 0;
    expect([key, shardOf(key)]).toEqual([key, first % shardCount]);
  }
  expect(shardCount).toBe(16);
});

onBoth((create) => {
  const fresh = async () => (await create()).store.records;
  const recordAt = (at: number, checkedAt: string) => recordOf({ id: ids[at] ?? '', checkedAt });

  async function saved(records: Records, dates: readonly string[]): Promise<Records> {
    const all = dates.map((checkedAt, at) => recordAt(at, checkedAt));
    for (let done = 0; done < all.length; done += 40) {
      await Promise.all(all.slice(done, done + 40).map((record) => records.save(record, undefined, undefined)));
    }
    return records;
  }

  describe('lists records by when they were last checked', () => {
    const page = async (records: Records, span: CheckedSpan, after?: Place, limit = 99) => {
      const { places, more } = await records.byChecked(shard, { ...span, after, limit });
      return [places.map(({ key }) => ids.indexOf(key.slice('asset#'.length))), more];
    };
    /** The record of a number was checked at that minute. */
    const six = async () => saved(await fresh(), [0, 1, 2, 3, 4, 5].map(minute));
    const placeOf = (at: number): Place => ({ checkedAt: minute(at), key: keyOf(at) });

    test('of one shard, longest ago first', async () => {
      const records = await saved(await fresh(), [minute(3), minute(1), minute(2)]);
      const elsewhere = Array.from({ length: 40 }, (_, at) => recordOf({ id: `other-${at}`, checkedAt: minute(0) }));
      for (const record of elsewhere.filter(({ ref }) => shardOf(refKey(ref)) !== shard)) {
        await records.save(record, undefined, undefined);
      }
      expect(await records.byChecked(shard, { limit: 9 })).toStrictEqual({
        places: [
          { checkedAt: minute(1), key: keyOf(1) },
          { checkedAt: minute(2), key: keyOf(2) },
          { checkedAt: minute(3), key: keyOf(0) },
        ],
        more: false,
      });
      expect(await records.countChecked(shard, {})).toBe(3);
      const counts = await Promise.all(Array.from({ length: shardCount }, (_, at) => records.countChecked(at, {})));
      expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(30);
    });

    test.each<[string, CheckedSpan, number[]]>([
      ['from a moment on, itself included', { from: minute(2) }, [2, 3, 4, 5]],
      ['until before a moment', { until: minute(2) }, [0, 1]],
      ['within a span', { from: minute(1), until: minute(4) }, [1, 2, 3]],
      ['within one of a millisecond', { from: minute(2), until: '2026-01-01T00:02:00.001Z' }, [2]],
      ['within one between two of them', { from: '2026-01-01T00:02:00.001Z', until: minute(3) }, []],
      ['within one that is empty', { from: minute(2), until: minute(2) }, []],
      ['within one that ends before it begins', { from: minute(4), until: minute(1) }, []],
      ['after all of them', { from: minute(9) }, []],
      ['before all of them', { until: minute(0) }, []],
    ])('%s, and counts them', async (_, span, expected) => {
      const records = await six();
      expect(await page(records, span)).toEqual([expected, false]);
      expect(await records.countChecked(shard, span)).toBe(expected.length);
    });

    test('page by page, and says whether there is more', async () => {
      const records = await six();
      expect(await page(records, {}, undefined, 2)).toEqual([[0, 1], true]);
      expect(await page(records, {}, placeOf(1), 2)).toEqual([[2, 3], true]);
      expect(await page(records, {}, placeOf(3), 2)).toEqual([[4, 5], false]);
      expect(await page(records, {}, placeOf(5), 2)).toEqual([[], false]);
      expect(await page(records, {}, undefined, 6)).toEqual([[0, 1, 2, 3, 4, 5], false]);
    });

    test.each<[string, Place, CheckedSpan, number[]]>([
      ['within it', placeOf(2), { from: minute(1), until: minute(5) }, [3, 4]],
      ['at its beginning', placeOf(1), { from: minute(1), until: minute(5) }, [2, 3, 4]],
      ['before it', placeOf(0), { from: minute(2), until: minute(5) }, [2, 3, 4]],
      ['before one that is open', placeOf(0), { from: minute(2) }, [2, 3, 4, 5]],
      ['at its end', placeOf(5), { from: minute(2), until: minute(5) }, []],
      ['behind it', placeOf(5), { from: minute(2), until: minute(4) }, []],
      ['behind one that is open', placeOf(5), { until: minute(4) }, []],
    ])('of a span behind a place %s', async (_, after, span, expected) => {
      expect(await page(await six(), span, after)).toEqual([expected, false]);
    });

    test('behind a place that no record has any more', async () => {
      const records = await six();
      const moved = [1, 2].map((at) => checkedOf(recordAt(at, minute(at))));
      await records.markChecked(moved, minute(30));
      expect(await page(records, { until: minute(30) }, placeOf(2))).toEqual([[3, 4, 5], false]);
      expect(await page(records, { until: minute(30) }, placeOf(1), 1)).toEqual([[3], true]);
    });

    test('checked at one moment, none lost and none twice', async () => {
      const records = await saved(
        await fresh(),
        Array.from({ length: 25 }, (_, at) => minute(at < 20 ? 1 : 2)),
      );
      const found: string[] = [];
      let after: Place | undefined;
      for (let more = true; more; ) {
        const next = await records.byChecked(shard, { from: minute(1), until: minute(2), after, limit: 6 });
        found.push(...next.places.map(({ key }) => key));
        after = next.places.at(-1);
        more = next.more;
      }
      expect(found.toSorted()).toEqual(Array.from({ length: 20 }, (_, at) => keyOf(at)).sort());
    });

    test('as they move by a save', async () => {
      const records = await six();
      const first = recordAt(0, minute(0));
      await records.save({ ...first, checkedAt: minute(9) }, comparedWith(first), undefined);
      expect(await page(records, {})).toEqual([[1, 2, 3, 4, 5, 0], false]);
    });

    test('also where what a row says is no date', async () => {
      const records = await saved(await fresh(), ['never', minute(2), `${minute(2)}?`, '0']);
      expect(await page(records, {})).toEqual([[3, 1, 2, 0], false]);
      expect(await page(records, { from: minute(3) })).toEqual([[0], false]);
      expect(await page(records, { from: minute(1), until: minute(3) })).toEqual([[1, 2], false]);
      expect(await page(records, { until: minute(2) })).toEqual([[3], false]);
    });
  });

  describe('marks records as checked', () => {
    const states = async (records: Records, count: number) =>
      (await records.getMany(ids.slice(0, count).map((id) => ({ kind: 'asset', id })))).map(
        (record) => record?.checkedAt,
      );

    test('each that is still as it was compared with the chain, and nothing else of it', async () => {
      const records = await saved(await fresh(), [minute(0), minute(0), minute(0), minute(0)]);
      const [one, two, three, four] = [0, 1, 2, 3].map((at) => recordAt(at, minute(0))) as [
        EntityRecord,
        EntityRecord,
        EntityRecord,
        EntityRecord,
      ];
      const gone = { key: keyOf(9), height: 10, sequence: 1 };
      const asked = [
        { ...checkedOf(two), height: 11 },
        checkedOf(one),
        { ...checkedOf(three), sequence: 2 },
        gone,
        checkedOf(four),
      ];
      await records.markChecked(asked, minute(5));
      expect(await records.get(one.ref)).toStrictEqual({ ...one, checkedAt: minute(5) });
      expect(await records.get(two.ref)).toStrictEqual(two);
      expect(await records.get(three.ref)).toStrictEqual(three);
      expect(await records.get(four.ref)).toStrictEqual({ ...four, checkedAt: minute(5) });
      expect(await records.get({ kind: 'asset', id: ids[9] ?? '' })).toBeUndefined();
      expect(await records.countChecked(shard, { from: minute(5) })).toBe(2);
      expect(await records.countChecked(shard, {})).toBe(4);
    });

    test('more of them than one request takes', async () => {
      const count = 213;
      const records = await saved(
        await fresh(),
        Array.from({ length: count }, () => minute(0)),
      );
      const asked = Array.from({ length: count }, (_, at) => checkedOf(recordAt(at, minute(0))));
      const changed = new Set([0, 99, 100, 150, 212]);
      await records.markChecked(
        asked.map((one, at) => (changed.has(at) ? { ...one, sequence: 7 } : one)),
        minute(5),
      );
      expect(await states(records, count)).toEqual(asked.map((_, at) => minute(changed.has(at) ? 0 : 5)));
      expect(await records.countChecked(shard, { from: minute(5), until: minute(6) })).toBe(count - changed.size);
    });

    test('none where none are named, and one that is named twice', async () => {
      const records = await saved(await fresh(), [minute(0)]);
      await records.markChecked([], minute(5));
      expect(await states(records, 1)).toEqual([minute(0)]);
      const checked = checkedOf(recordAt(0, minute(0)));
      await records.markChecked([checked, checked], minute(5));
      expect(await states(records, 1)).toEqual([minute(5)]);
    });

    test('while others save and mark them', async () => {
      const count = 60;
      const records = await saved(
        await fresh(),
        Array.from({ length: count }, () => minute(0)),
      );
      const before = Array.from({ length: count }, (_, at) => recordAt(at, minute(0)));
      const saving = before.slice(0, 30).map((record) => {
        const next = { ...record, block: { ...record.block, height: 11 }, checkedAt: minute(9) };
        return records.save(next, comparedWith(record), undefined);
      });
      const marking = [5, 6, 7].map((at) => records.markChecked(before.map(checkedOf), minute(at)));
      const [outcomes] = await Promise.all([Promise.all(saving), Promise.all(marking)]);
      expect(outcomes).toEqual(saving.map(() => ({ won: true })));
      const found = await states(records, count);
      expect(found.slice(0, 30)).toEqual(saving.map(() => minute(9)));
      expect(found.slice(30).every((at) => [5, 6, 7].map(minute).includes(at ?? ''))).toBe(true);
    });
  });
});
