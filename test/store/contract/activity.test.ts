import { describe, expect, test } from '@jest/globals';
import type { Activity } from '../../../lib/domain/activity.ts';
import type { ActivityPage } from '../../../lib/domain/ports/activity.ts';
import { activityOf } from '../samples.ts';
import { onBoth } from '../subjects.ts';

const [alice, bob] = ['a', 'b'].map((digit) => `account-hash-${digit.repeat(64)}`) as [string, string];
const above = '999999999999';
const largest = '18446744073709551615';

onBoth((create) => {
  async function world(...activities: readonly Activity[]) {
    const { store } = await create();
    await store.activity.put(activities);
    const list = async (account: string, page: Partial<ActivityPage> = {}) => {
      const { items, last } = await store.activity.list(account, { before: above, limit: 10, ...page });
      return { items, places: items.map(({ place }) => place), last };
    };
    return { store, list };
  }

  describe('lists the transactions of accounts (rule ACTIVITY-2)', () => {
    const three = [11, 12, 13].map((height) => activityOf({ account: alice, height }));
    const places = three.map(({ place }) => place).toReversed();

    test('newest first, of one account, as they were put', async () => {
      const { list } = await world(...three, activityOf({ account: bob, height: 12 }));
      expect((await list(alice)).items).toEqual(three.toReversed());
      expect((await list(bob)).places).toHaveLength(1);
      expect(await list(`account-hash-${'c'.repeat(64)}`)).toEqual({ items: [], places: [], last: undefined });
    });

    test('once, however often they are put', async () => {
      const { store, list } = await world(...three);
      await store.activity.put(three);
      expect((await list(alice)).places).toEqual(places);
    });

    test('page by page, without loss or repetition', async () => {
      const { list } = await world(...three);
      expect(await list(alice, { limit: 2 })).toMatchObject({ places: places.slice(0, 2), last: places[1] });
      expect(await list(alice, { limit: 2, before: places[1] as string })).toMatchObject({ places: places.slice(2) });
      expect((await list(alice, { limit: 2, before: places[1] as string })).last).toBeUndefined();
      expect((await list(alice, { limit: 3 })).last).toBeUndefined();
      expect((await list(alice, { before: '000000000012' })).places).toEqual(places.slice(2));
    });

    test('by role, and by the exact id of a transfer', async () => {
      const ids = ['0', largest, String(BigInt(largest) - 1n), null];
      const transfers = ids.map((id, at) =>
        activityOf({ account: alice, height: 20 + at, role: at % 2 === 0 ? 'transfer-in' : 'transfer-out', id }),
      );
      const { list } = await world(...three, ...transfers, activityOf({ account: bob, role: 'transfer-in', id: '0' }));
      const [first, second, third, fourth] = transfers.map(({ place }) => place);
      expect((await list(alice, { role: 'initiated' })).places).toEqual(places);
      expect((await list(alice, { role: 'transfer-in' })).places).toEqual([third, first]);
      expect((await list(alice, { role: 'transfer-out' })).places).toEqual([fourth, second]);
      expect((await list(alice, { transferId: largest })).items).toEqual([transfers[1]]);
      expect((await list(alice, { transferId: '0' })).places).toEqual([first]);
      expect((await list(alice, { transferId: '0', role: 'transfer-out' })).places).toEqual([]);
      expect((await list(alice, { transferId: '7' })).places).toEqual([]);
    });

    test('a role that is rare is found behind any number of other rows, by the cursors of the pages', async () => {
      const others = Array.from({ length: 2_500 }, (_, at) => activityOf({ account: alice, height: 100 + at }));
      const rare = activityOf({ account: alice, height: 50, role: 'transfer-in' });
      const { list } = await world(rare, ...others);
      const found: string[] = [];
      let before: string | undefined = above;
      for (let pages = 0; before !== undefined && pages < 10; pages += 1) {
        const page: Awaited<ReturnType<typeof list>> = await list(alice, { role: 'transfer-in', before, limit: 5 });
        found.push(...page.places);
        before = page.last;
      }
      expect(found).toEqual([rare.place]);
    });

    test('a transaction that two forks have at the same place is there twice', async () => {
      const twice = [0, 1].map((fork) => activityOf({ account: alice, height: 30, fork }));
      const { list } = await world(...twice);
      expect((await list(alice)).items).toEqual(twice.toReversed());
    });
  });
});
