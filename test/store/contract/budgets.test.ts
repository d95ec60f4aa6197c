import { describe, expect, test } from '@jest/globals';
import { onBoth } from '../subjects.ts';

const now = Date.parse('2026-01-01T00:00:00.000Z');

onBoth((create) => {
  const fresh = async () => (await create()).store.budgets;

  test('adds what is taken of a budget, by bucket, and subtracts what is given back (rule LIMIT-6)', async () => {
    const budgets = await fresh();
    const first = { bucket: 100, requests: 10 };
    expect(await budgets.take('key:a', { ...first, back: null })).toEqual({
      caller: 'key:a',
      taken: [first],
      limitedUntil: 0,
    });
    await budgets.take('key:b', { bucket: 100, requests: 5, back: null });
    const both = await budgets.take('key:a', { bucket: 101, requests: 7, back: { bucket: 100, requests: 4 } });
    expect(both.taken).toEqual([
      { bucket: 100, requests: 6 },
      { bucket: 101, requests: 7 },
    ]);
    const rest = await budgets.take('key:a', { bucket: 101, requests: 1, back: { bucket: 100, requests: 6 } });
    expect(rest.taken).toEqual([{ bucket: 101, requests: 8 }]);
    const same = { bucket: 101, requests: 2, back: { bucket: 101, requests: 3 } };
    expect((await budgets.take('key:a', same)).taken).toEqual([{ bucket: 101, requests: 7 }]);
  });

  test('gives a budget without taking of it, and an empty one of a caller that has taken nothing', async () => {
    const budgets = await fresh();
    expect(await budgets.get('key:a')).toEqual({ caller: 'key:a', taken: [], limitedUntil: 0 });
    const taken = await budgets.take('key:a', { bucket: 100, requests: 10, back: null });
    expect(await budgets.get('key:a')).toEqual(taken);
    const noted = await budgets.noteLimited('key:a', now, null);
    expect(noted).toEqual({ ...taken, limitedUntil: now });
    expect(await budgets.get('key:a')).toEqual(noted);
  });

  test('forgets what no minute counts any more', async () => {
    const budgets = await fresh();
    for (const bucket of [100, 101, 107]) await budgets.take('key:a', { bucket, requests: 1, back: null });
    const { taken } = await budgets.take('key:a', { bucket: 108, requests: 1, back: null });
    expect(taken.map(({ bucket }) => bucket)).toEqual([101, 107, 108]);
  });

  test('loses nothing of what rivals take at once, and each sees all before it (rule LIMIT-6)', async () => {
    const budgets = await fresh();
    const rivals = Array.from({ length: 8 }, () => budgets.take('key:a', { bucket: 100, requests: 3, back: null }));
    const sums = (await Promise.all(rivals)).map(({ taken }) => taken[0]?.requests ?? 0);
    expect(sums.sort((a, b) => a - b)).toEqual([3, 6, 9, 12, 15, 18, 21, 24]);
  });

  test('lists who has nothing left at a moment, those first whose time comes first', async () => {
    const budgets = await fresh();
    await budgets.take('key:early', { bucket: 100, requests: 3, back: null });
    await budgets.noteLimited('key:late', now + 9_000, null);
    const early = await budgets.noteLimited('key:early', now + 1_000, { bucket: 100, requests: 1 });
    expect(early.taken).toEqual([{ bucket: 100, requests: 2 }]);
    await budgets.noteLimited('key:over', now, null);
    expect(await budgets.limited(now, 9)).toEqual([
      { caller: 'key:early', until: '2026-01-01T00:00:01.000Z' },
      { caller: 'key:late', until: '2026-01-01T00:00:09.000Z' },
    ]);
    expect(await budgets.limited(now, 1)).toHaveLength(1);
    expect(await budgets.limited(now + 9_000, 9)).toEqual([]);
    const { taken } = await budgets.take('key:early', { bucket: 101, requests: 1, back: null });
    expect(taken).toHaveLength(2);
  });

  describe('has places for those who wait (rule LIMIT-12)', () => {
    // A process counts in parts of a millisecond.
    const taking = { most: 3, now, until: now + 1_000.25 };

    test('each for one at a time, however many come at once', async () => {
      const budgets = await fresh();
      const taken = await Promise.all(Array.from({ length: 8 }, () => budgets.takePlace('a', taking)));
      expect(taken.filter((place) => place !== undefined).sort()).toEqual([0, 1, 2]);
      expect(await budgets.takePlace('a', taking)).toBeUndefined();
      expect(await budgets.takePlace('b', taking)).toBeDefined();
    });

    test('that are free when their time is up, or when they are left by who took them', async () => {
      const budgets = await fresh();
      const one = { most: 1, now, until: now + 1_000 };
      expect(await budgets.takePlace('a', one)).toBe(0);
      expect(await budgets.takePlace('a', { ...one, now: now + 999 })).toBeUndefined();
      const later = { ...one, now: now + 1_000, until: now + 2_000 };
      expect(await budgets.takePlace('a', later)).toBe(0);
      await budgets.leavePlace('a', { place: 0, until: one.until });
      expect(await budgets.takePlace('a', later)).toBeUndefined();
      await budgets.leavePlace('a', { place: 0, until: later.until });
      expect(await budgets.takePlace('a', later)).toBe(0);
    });

    test('that are not held for long by a clock that is far ahead, and are in no list of callers', async () => {
      const budgets = await fresh();
      await budgets.takePlace('a', { most: 1, now: now + 9_000_000, until: now + 9_001_000 });
      expect(await budgets.takePlace('a', { most: 1, now, until: now + 1_000 })).toBe(0);
      expect(await budgets.limited(now, 9)).toEqual([]);
    });
  });
});
