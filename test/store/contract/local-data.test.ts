import { describe, expect, test } from '@jest/globals';
import { localTrail } from '../../../lib/domain/local-data.ts';
import type { Store } from '../../../lib/store/store.ts';
import { localChangeOf, localSample } from '../samples.ts';
import { onBoth } from '../subjects.ts';

onBoth((create) => {
  const fresh = async () => (await create()).store;
  const { place } = localSample();
  const trailOf = async ({ audit }: Store) =>
    (await audit.history(localTrail(place), { limit: 99 })).map(({ sequence }) => sequence);

  describe('keeps local data', () => {
    test.each([
      ['with digits that no double has', localSample('{"n":1152921504606846977,"price":1.10,"é 鍵":"\u2028"}')],
      ['that was deleted (rule LOCAL-3)', localSample(null)],
    ])('that comes back exactly as it was put, %s', async (_, data) => {
      const store = await fresh();
      expect(await store.localData.find(place)).toBeUndefined();
      expect(await store.localData.change(localChangeOf(data))).toBe(true);
      expect(await store.localData.find(place)).toStrictEqual(data);
      expect(await store.localData.findMany('shop', [place.ref])).toStrictEqual([data]);
    });

    test('with an entry of its own trail, both or neither (rule LOCAL-2)', async () => {
      const store = await fresh();
      const first = localSample();
      await store.localData.change(localChangeOf(first));
      const next = localSample('{"b":2}', { sequence: 2, auditHead: 'entry-2' });
      const taken = localChangeOf(next, first, { sequence: 1 });
      expect(await store.localData.change(taken)).toBe(false);
      expect(await store.localData.find(place)).toStrictEqual(first);
      expect(await store.localData.change(localChangeOf(next))).toBe(false);
      expect(await store.localData.change(localChangeOf(next, { ...first, auditHead: 'other' }))).toBe(false);
      expect(await trailOf(store)).toEqual([1]);
      expect(await store.localData.change(localChangeOf(next, first))).toBe(true);
      expect(await trailOf(store)).toEqual([2, 1]);
    });

    test('of parallel changes from one state, makes exactly one (rule LOCAL-2)', async () => {
      const store = await fresh();
      const first = localSample();
      await store.localData.change(localChangeOf(first));
      const rivals = Array.from({ length: 5 }, (_, at) =>
        localSample(`{"rival":${at}}`, { sequence: 2, auditHead: `rival-${at}` }),
      );
      const made = await Promise.all(rivals.map((rival) => store.localData.change(localChangeOf(rival, first))));
      expect(made.filter(Boolean)).toHaveLength(1);
      expect(await store.localData.find(place)).toStrictEqual(rivals[made.indexOf(true)]);
      expect(await trailOf(store)).toEqual([2, 1]);
    });

    test('of each application by itself, in a batch in the order asked (rule LOCAL-1)', async () => {
      const store = await fresh();
      const refs = ['a:1', 'a:1#x', 'b:2'].map((id) => ({ kind: 'asset', id }));
      for (const application of ['shop', 'shop.test'])
        for (const ref of refs.slice(0, 2)) {
          const data = { ...localSample(`{"of":"${application} ${ref.id}"}`), place: { application, ref } };
          expect(await store.localData.change(localChangeOf(data))).toBe(true);
        }
      for (const application of ['shop', 'shop.test']) {
        const found = await store.localData.findMany(application, [...refs].reverse());
        expect(found.map((data) => data?.text)).toEqual([
          undefined,
          `{"of":"${application} a:1#x"}`,
          `{"of":"${application} a:1"}`,
        ]);
        expect(found[1]?.place).toEqual({ application, ref: refs[1] });
      }
      expect(await store.localData.findMany('other', [refs[0] ?? place.ref, refs[0] ?? place.ref])).toEqual([
        undefined,
        undefined,
      ]);
    });
  });
});
