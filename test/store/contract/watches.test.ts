import { describe, expect, test } from '@jest/globals';
import { allOf, onBoth } from '../subjects.ts';

onBoth((create) => {
  describe('keeps watches', () => {
    test('as a row and a presence item per key, each once', async () => {
      const subject = await create();
      await subject.store.watches.put('asset#a', ['k1', 'k2', 'k1'], 500);
      await subject.store.watches.put('asset#b', ['k2'], 500);
      expect(await subject.watchers('k1')).toEqual({ '!': 500, 'asset#a': 500 });
      expect(await subject.watchers('k2')).toEqual({ '!': 500, 'asset#a': 500, 'asset#b': 500 });
      expect(await subject.watchers('k3')).toEqual({});
    });

    test('whose expiry is raised, never lowered (rule ITEM-2)', async () => {
      const subject = await create();
      await subject.store.watches.put('asset#a', ['k'], 500);
      await subject.store.watches.put('asset#b', ['k'], 400);
      expect(await subject.watchers('k')).toEqual({ '!': 500, 'asset#a': 500, 'asset#b': 400 });
      await subject.store.watches.put('asset#a', ['k'], 300);
      expect(await subject.watchers('k')).toEqual({ '!': 500, 'asset#a': 500, 'asset#b': 400 });
      await subject.store.watches.put('asset#b', ['k'], 600);
      expect(await subject.watchers('k')).toEqual({ '!': 600, 'asset#a': 500, 'asset#b': 600 });
    });

    test('of which no row begins before all presence items are written (rules ITEM-2, SAVE-1)', async () => {
      const subject = await create();
      const keys = Array.from({ length: 60 }, (_, at) => `key-${at}`);
      await subject.store.watches.put('asset#a', keys, 500);
      const order = subject.watchWrites.map(({ what }) => what);
      expect(order).toEqual([...keys.map(() => 'presence'), ...keys.map(() => 'row')]);
    });

    test('and writes no row at all when one presence item fails', async () => {
      const subject = await create({ refuse: ({ what, key }) => what === 'presence' && key === 'key-30' });
      const keys = Array.from({ length: 60 }, (_, at) => `key-${at}`);
      await expect(subject.store.watches.put('asset#a', keys, 500)).rejects.toThrow('refused');
      expect(subject.watchWrites.filter(({ what }) => what === 'row')).toEqual([]);
      expect(await subject.watchers('key-0')).toEqual({ '!': 500 });
    });

    test('and fails when a row fails', async () => {
      const subject = await create({ refuse: ({ what, key }) => what === 'row' && key === 'k2' });
      await expect(subject.store.watches.put('asset#a', ['k1', 'k2'], 500)).rejects.toThrow('refused');
      expect(await subject.watchers('k2')).toEqual({ '!': 500 });
    });

    test('and lists which of many keys have a watcher, each once, in the order asked for', async () => {
      const { watches } = (await create()).store;
      const keys = Array.from({ length: 130 }, (_, at) => `k${at}`);
      await watches.put('asset#a', keys, 500);
      const asked = ['none', ...keys.toReversed(), 'k7', 'none'];
      expect(await watches.present(asked)).toEqual(keys.toReversed());
      expect(await watches.present([])).toEqual([]);
    });

    test('and lists which of a watcher’s keys are not sure to lead to it until then', async () => {
      const { watches } = (await create()).store;
      await watches.put('asset#a', ['k1', 'k2', 'k3'], 500);
      await watches.put('asset#b', ['k2', 'k4'], 600);
      const missing = (watcher: string, keys: readonly string[], until: number) => ({ watcher, keys, until });
      expect(
        await watches.missing([
          missing('asset#a', ['k3', 'k4', 'k2', 'none', 'k1', 'none'], 500),
          missing('asset#a', ['k1', 'k2', 'k3'], 501),
          missing('asset#b', ['k2', 'k4'], 600),
          missing('asset#c', ['k2'], 1),
          missing('asset#c', ['k2'], 0),
          missing('asset#a', [], 500),
          missing('asset#a', ['k1'], 499),
        ]),
      ).toEqual([['k4', 'none'], ['k1', 'k2', 'k3'], [], ['k2'], ['k2'], [], []]);
      expect(await watches.missing([])).toEqual([]);
    });

    test('also where the row exists, but the presence item of its key does not, or expires earlier', async () => {
      const { store, drop } = await create();
      const { watches } = store;
      const missing = async () => (await watches.missing([{ watcher: 'asset#a', keys: ['k1', 'k2'], until: 500 }]))[0];
      await watches.put('asset#a', ['k1', 'k2'], 500);
      expect(await missing()).toEqual([]);
      await drop('k2', '!');
      expect(await missing()).toEqual(['k2']);
      await watches.put('asset#b', ['k2'], 499);
      expect(await missing()).toEqual(['k2']);
      await watches.put('asset#b', ['k2'], 500);
      expect(await missing()).toEqual([]);
      await drop('k1', 'asset#a');
      expect(await missing()).toEqual(['k1']);
    });

    test('of many keys of many watchers, as they were asked for', async () => {
      const { watches } = (await create()).store;
      const keysOf = (at: number) => Array.from({ length: 12 }, (_, n) => `k${(at * 7 + n) % 90}`);
      const watchers = Array.from({ length: 20 }, (_, at) => ({
        watcher: `asset#${at}`,
        keys: keysOf(at),
        until: 500,
      }));
      for (const { watcher, keys } of watchers) await watches.put(watcher, keys.slice(2), 500);
      expect(await watches.missing(watchers)).toEqual(watchers.map(({ keys }) => keys.slice(0, 2)));
    });

    test('and lists the watchers of a key, also those that expired long ago (rule TRACK-3)', async () => {
      const { watches } = (await create()).store;
      expect(await allOf(watches.watchers('k'))).toEqual([]);
      await watches.put('basis#layout:1', ['k', 'other'], 1);
      await watches.put('asset#a#b', ['k'], 4_000_000_000);
      await watches.put('asset#z', ['other'], 500);
      expect(await allOf(watches.watchers('k'))).toEqual(['asset#a#b', 'basis#layout:1']);
    });

    test('and lists more watchers than fit on a page, each once (rule FOLLOW-4)', async () => {
      const { watches } = (await create()).store;
      const many = Array.from({ length: 1_100 }, (_, at) => `asset#${String(at).padStart(1_000, '0')}`);
      for (let at = 0; at < many.length; at += 60) {
        await Promise.all(many.slice(at, at + 60).map((watcher) => watches.put(watcher, ['k'], 500)));
      }
      let pages = 0;
      const found: string[] = [];
      for await (const page of watches.watchers('k')) {
        expect(page.length).toBeGreaterThan(0);
        found.push(...page);
        pages += 1;
      }
      expect(found.sort()).toEqual(many);
      expect(pages).toBeGreaterThan(1);
    });
  });
});
