import { describe, expect, test } from '@jest/globals';
import type { LocalData } from '../../../lib/domain/local-data.ts';
import type { LocalDataStore } from '../../../lib/domain/ports/local-data.ts';
import { changeLocalData } from '../../../lib/usecases/local-data/change-local-data.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const place = { application: 'shop', ref: { kind: 'asset', id: 'a:1' } };
const clock = { now: () => 1_800_000_000_000, steady: () => 1_800_000_000_000 };
const trailIn = ({ tables }: ReturnType<typeof createMemoryStore>) => [...tables.audit.values()].flat();

describe('a change that was made, and whose answer was lost (rule LOCAL-2)', () => {
  test.each([
    ['creates', undefined, '{"a":2}'],
    ['replaces', '{"a":1}', '{"a":2}'],
    ['deletes', '{"a":1}', null],
  ] as const)(
    '%s once, is not refused by its own condition, and says whether there was data',
    async (_, first, text) => {
      const store = createMemoryStore();
      const wanted = { place, actor: 'key:1', admit: () => {} };
      if (first !== undefined) await changeLocalData({ ...wanted, text: first }, { ...store, clock });
      const before = trailIn(store).length;
      let lost = 0;
      const localData: LocalDataStore = {
        ...store.localData,
        async change(change) {
          const made = await store.localData.change(change);
          lost += 1;
          return made && lost > 1;
        },
      };
      const admitted: (string | null | undefined)[] = [];
      const admit = (current: LocalData | undefined) => void admitted.push(current?.text);
      const changed = await changeLocalData({ ...wanted, text, admit }, { ...store, localData, clock });
      expect([changed.existed, changed.data?.text, lost]).toEqual([first !== undefined, text, 1]);
      expect(admitted).toEqual([first]);
      expect(trailIn(store)).toHaveLength(before + 1);
    },
  );
});

test('what is never admitted by the store ends as unavailable, with nothing written', async () => {
  const store = createMemoryStore();
  const localData: LocalDataStore = { ...store.localData, change: async () => false };
  const wanted = { place, text: '{}', actor: 'key:1', admit: () => {} };
  await expect(changeLocalData(wanted, { ...store, localData, clock })).rejects.toMatchObject({
    code: 'store_unavailable',
    retryable: true,
  });
  expect(trailIn(store)).toEqual([]);
});
