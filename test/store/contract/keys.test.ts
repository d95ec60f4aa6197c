import { describe, expect, test } from '@jest/globals';
import type { StoredKey } from '../../../lib/domain/api-key.ts';
import type { Store } from '../../../lib/store/store.ts';
import { keyEntryOf, keySample } from '../samples.ts';
import { onBoth } from '../subjects.ts';

const whole = keySample({
  name: 'the app, "é 鍵"',
  roles: ['reader', 'writer', 'operator', 'auditor'],
  collections: ['b'.repeat(64)],
  application: 'shop',
  limits: { requestsPerMinute: 60, chainReadsPerMinute: 0 },
  expiresAt: '2026-02-01T00:00:00.000Z',
  revokedAt: '2026-01-02T00:00:00.000Z',
  revokedBy: 'key:1123456789ab',
  note: 'made for the shop',
  replaces: '2123456789ab',
  replacedBy: '3123456789ab',
});

onBoth((create) => {
  const fresh = async () => (await create()).store;
  const put = ({ keys }: Store, key: StoredKey) =>
    keys.change({ key, entry: keyEntryOf(key, { sequence: key.revision, digest: `${key.id} ${key.revision}` }) });
  const trailOf = async ({ audit }: Store, id: string) =>
    (await audit.history({ kind: 'key', id }, { limit: 9 })).map(({ sequence }) => sequence);

  describe('keeps API keys', () => {
    test.each([
      ['with all that a key may have', whole],
      ['with as little as a key may have', keySample()],
      ['for no collection at all', keySample({ collections: [], roles: [] })],
    ])('that come back exactly as they were put, %s', async (_, key) => {
      const store = await fresh();
      expect(await store.keys.find(key.id)).toBeUndefined();
      expect(await put(store, key)).toBe(true);
      expect(await store.keys.find(key.id)).toStrictEqual(key);
      expect((await store.keys.list({ limit: 1 })).keys).toStrictEqual([key]);
    });

    test('each change of which follows the one before (rule ACCESS-21)', async () => {
      const store = await fresh();
      const key = keySample();
      expect(await put(store, { ...key, revision: 2 })).toBe(false);
      expect(await put(store, key)).toBe(true);
      expect(await put(store, { ...key, secretHash: 'b'.repeat(64) })).toBe(false);
      expect(await put(store, { ...key, revision: 3 })).toBe(false);
      const rivals = Array.from({ length: 8 }, (_, at) => put(store, { ...key, revision: 2, revokedBy: `op-${at}` }));
      const won = (await Promise.all(rivals)).flatMap((made, at) => (made ? [at] : []));
      expect(won).toHaveLength(1);
      expect(await store.keys.find(key.id)).toStrictEqual({ ...key, revision: 2, revokedBy: `op-${won[0]}` });
      expect(await trailOf(store, key.id)).toEqual([2, 1]);
    });

    test('with an entry of their own trail, both or neither (rule ITEM-3)', async () => {
      const store = await fresh();
      const key = keySample();
      await put(store, key);
      const taken = { key: { ...key, revision: 2 }, entry: keyEntryOf(key) };
      expect(await store.keys.change(taken)).toBe(false);
      expect(await store.keys.find(key.id)).toStrictEqual(key);
      const late = { key: { ...key, revision: 3 }, entry: keyEntryOf(key, { sequence: 2 }) };
      expect(await store.keys.change(late)).toBe(false);
      expect(await trailOf(store, key.id)).toEqual([1]);
    });

    test('two of them at once, both or neither (rule ACCESS-21)', async () => {
      const store = await fresh();
      const old = keySample();
      const next = keySample({ id: '1123456789ab', replaces: old.id });
      await put(store, old);
      const ended = { ...old, replacedBy: next.id, revision: 2 };
      const made = { key: next, entry: keyEntryOf(next) };
      const late = { key: { ...ended, revision: 3 }, entry: keyEntryOf(old, { sequence: 2 }) };
      expect(await store.keys.change(made, late)).toBe(false);
      expect(await store.keys.find(next.id)).toBeUndefined();
      expect(await trailOf(store, next.id)).toEqual([]);
      expect(await store.keys.change(made, { key: ended, entry: keyEntryOf(old, { sequence: 2 }) })).toBe(true);
      expect([await store.keys.find(old.id), await store.keys.find(next.id)]).toStrictEqual([ended, next]);
      expect([await trailOf(store, old.id), await trailOf(store, next.id)]).toEqual([[2, 1], [1]]);
    });
  });

  describe('lists API keys', () => {
    const some = async () => {
      const store = await fresh();
      for (const day of [3, 1, 5, 2, 4])
        await put(store, keySample({ id: `key-${day}`, createdAt: `2026-01-0${day}T00:00:00.000Z` }));
      return store;
    };
    const page = async ({ keys }: Store, after?: string, limit = 2) => {
      const { keys: found, more } = await keys.list({ limit, ...(after !== undefined && { after }) });
      return [found.map(({ id }) => id), more];
    };

    test('newest first, page by page, revoked ones too', async () => {
      const store = await some();
      const last = (await store.keys.find('key-4')) as StoredKey;
      await put(store, { ...last, revokedAt: '2026-01-06T00:00:00.000Z', revision: 2 });
      expect(await page(store)).toEqual([['key-5', 'key-4'], true]);
      expect(await page(store, 'key-4')).toEqual([['key-3', 'key-2'], true]);
      expect(await page(store, 'key-2')).toEqual([['key-1'], false]);
      expect(await page(store, 'key-1')).toEqual([[], false]);
      expect(await page(store, undefined, 5)).toEqual([['key-5', 'key-4', 'key-3', 'key-2', 'key-1'], false]);
      expect(await page(store, 'never')).toEqual([[], false]);
    });

    test('made at one moment, none lost and none twice', async () => {
      const store = await fresh();
      const ids = Array.from({ length: 7 }, (_, at) => `key-${at}`);
      for (const id of ids) await put(store, keySample({ id }));
      const found: unknown[] = [];
      for (let after: string | undefined, more: unknown = true; more; after = String(found.at(-1))) {
        const [listed, further] = await page(store, after, 3);
        found.push(...(listed as string[]));
        more = further;
      }
      expect(found.toSorted()).toEqual(ids);
    });
  });
});
