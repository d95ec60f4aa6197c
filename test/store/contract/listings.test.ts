import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../../lib/domain/digest.ts';
import { listedAs, rowsOfPage } from '../../../lib/domain/listing.ts';
import type { ListedRefs, ListPage } from '../../../lib/domain/ports/listings.ts';
import type { EntityRecord } from '../../../lib/domain/record.ts';
import { comparedWith } from '../../../lib/usecases/saving/commit-record.ts';
import { countsOf, recordOf } from '../samples.ts';
import { allOf, onBoth } from '../subjects.ts';

const [villas, prints] = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];
const idOf = (token: string, collection = villas) => `${collection}:${token}`;

onBoth((create) => {
  /** Saves each record over the one before of its entity, as the one way into the store does. */
  async function world() {
    const { store } = await create();
    const stored = new Map<string, EntityRecord>();
    async function save(id: string, change: Partial<Parameters<typeof recordOf>[0]> = {}): Promise<void> {
      const before = stored.get(id);
      const made = recordOf({ id, height: 10 + stored.size, ...change });
      // As this service saves it: an edited row would have all of its rows written.
      const record = { ...made, digest: digestOf(made.value) };
      const outcome = await store.records.save(record, before && comparedWith(before), undefined);
      if (!outcome.won) throw new Error(`${id} was not saved`);
      stored.set(id, record);
    }
    const { listings } = store;
    const owned = async (owner: string, page: Partial<ListPage & { prefix: string }> = {}, kind = 'asset') => {
      const { refs, more } = await listings.byOwner(kind, owner, { limit: 10, ...page });
      return [...refs.map(({ id }) => id), ...(more ? ['…'] : [])];
    };
    const held = async (collection: string, page: Partial<ListPage> = {}) => {
      const { refs, more } = await listings.byCollection('asset', collection, { limit: 10, ...page });
      return [...refs.map(({ id }) => id), ...(more ? ['…'] : [])];
    };
    return { store, save, owned, held, listings };
  }

  describe('lists records by owner (rule COLLECT-1)', () => {
    const ids = ['c1:1', 'c1:2', 'c1:3', 'c2:1', 'c2:2'];
    async function ofAlice() {
      const made = await world();
      for (const id of ids) await made.save(id, { owner: 'alice' });
      await made.save('c1:9', { owner: 'bob' });
      await made.save('c1:8');
      await made.save('c1:7', { kind: 'account', owner: 'alice' });
      return made;
    }

    test('of one kind, by id', async () => {
      const { owned } = await ofAlice();
      expect(await owned('alice')).toEqual(ids);
      expect(await owned('carol')).toEqual([]);
      expect(await owned('alice', {}, 'account')).toEqual(['c1:7']);
    });

    test('page by page, without loss or repetition', async () => {
      const { owned } = await ofAlice();
      expect(await owned('alice', { limit: 2 })).toEqual(['c1:1', 'c1:2', '…']);
      expect(await owned('alice', { limit: 2, after: 'c1:2' })).toEqual(['c1:3', 'c2:1', '…']);
      expect(await owned('alice', { limit: 2, after: 'c2:1' })).toEqual(['c2:2']);
      expect(await owned('alice', { limit: 4 })).toEqual([...ids.slice(0, 4), '…']);
      expect(await owned('alice', { limit: 5 })).toEqual(ids);
    });

    test('narrowed by a prefix, wherever the page begins', async () => {
      const { owned } = await ofAlice();
      const page = { prefix: 'c1:', limit: 2 };
      expect(await owned('alice', page)).toEqual(['c1:1', 'c1:2', '…']);
      expect(await owned('alice', { ...page, after: 'c1:2' })).toEqual(['c1:3']);
      expect(await owned('alice', { ...page, after: 'c1:15', limit: 9 })).toEqual(['c1:2', 'c1:3']);
      expect(await owned('alice', { ...page, after: 'a' })).toEqual(['c1:1', 'c1:2', '…']);
      expect(await owned('alice', { ...page, after: 'c2:1' })).toEqual([]);
    });

    test('until they change hands, lose their owner, or are no more', async () => {
      const { save, owned } = await ofAlice();
      await save('c1:1', { owner: null, height: 30 });
      await save('c1:2', { owner: 'bob', height: 30 });
      await save('c2:2', { owner: null, value: null, height: 30 });
      expect(await owned('alice')).toEqual(['c1:3', 'c2:1']);
      expect(await owned('bob')).toEqual(['c1:2', 'c1:9']);
    });

    test('again when they come back', async () => {
      const { save, owned } = await ofAlice();
      await save('c1:1', { owner: 'bob', height: 30 });
      await save('c1:1', { owner: 'alice', height: 31 });
      expect(await owned('alice')).toEqual(ids);
      expect(await owned('bob')).toEqual(['c1:9']);
    });

    test('a full page of them, however many before it are gone', async () => {
      const { save, owned } = await world();
      const many = Array.from({ length: 30 }, (_, at) => `c1:${String(at).padStart(2, '0')}`);
      for (const id of many) await save(id, { owner: 'alice' });
      for (const id of many.slice(0, 25)) await save(id, { owner: 'bob', height: 90 });
      expect(await owned('alice', { limit: 3 })).toEqual(['c1:25', 'c1:26', 'c1:27', '…']);
    });

    test('also where the row of the record was edited: what it says may not be what is listed', async () => {
      const { store, owned } = await world();
      const value = { owner: 'alice' };
      const record = recordOf({ id: 'c1:1', owner: 'alice', value, digest: digestOf(value) });
      await store.records.save(record, undefined, undefined);
      const edited = { ...record, owner: 'bob', value: { owner: 'bob' } };
      await store.records.save(recordOf({ id: 'c1:1', owner: 'bob', height: 11 }), comparedWith(edited), undefined);
      expect(await owned('bob')).toEqual(['c1:1']);
    });

    test('which an earlier version of the code saved, once they are saved again', async () => {
      const { store, owned } = await world();
      const record = recordOf({ id: 'c1:1', owner: 'alice', logicVersion: 1 });
      // As an earlier version saved it: without rows.
      await store.records.save(record, undefined, undefined);
      const old = comparedWith(record);
      expect(old.listed?.unsure).toBe(true);
      await store.records.save(recordOf({ id: 'c1:1', owner: 'alice', height: 11 }), old, undefined);
      expect(await owned('alice')).toEqual(['c1:1']);
    });
  });

  describe('lists the tokens of a collection', () => {
    const tokens = ['2', '10', '9', '0', 'x', '00', '1'.repeat(78), 'ä/?'];
    const inOrder = ['0', '2', '9', '10', '1'.repeat(78), '00', 'x', 'ä/?'].map((token) => idOf(token));
    async function ofVillas() {
      const made = await world();
      for (const token of tokens) await made.save(idOf(token), { owner: `owner-${token}` });
      await made.save(idOf('1', prints), { owner: 'alice' });
      return made;
    }

    test('numbers by their value, then all other ids', async () => {
      const { held } = await ofVillas();
      expect(await held(villas)).toEqual(inOrder);
      expect(await held(prints)).toEqual([idOf('1', prints)]);
      expect(await held('c'.repeat(64))).toEqual([]);
    });

    test('page by page', async () => {
      const { held } = await ofVillas();
      expect(await held(villas, { limit: 3 })).toEqual([...inOrder.slice(0, 3), '…']);
      expect(await held(villas, { limit: 5, after: inOrder[2] as string })).toEqual(inOrder.slice(3));
      expect(await held(villas, { limit: 5, after: idOf('5') })).toEqual(inOrder.slice(2, 7).concat('…'));
    });

    test('with their owners, burnt ones included, and those that are no more left out', async () => {
      const { save, listings } = await ofVillas();
      await save(idOf('2'), { owner: null, height: 30 });
      await save(idOf('9'), { owner: null, value: null, height: 30 });
      const holdings = await allOf(listings.holdings(villas));
      const all = holdings.map(({ id, owner }) => ({ id, owner }));
      const heights = holdings.map(({ id, height }) => ({ id, height }));
      expect(all).toEqual(
        inOrder
          .filter((id) => id !== idOf('9'))
          .map((id) => ({ id, owner: id === idOf('2') ? null : `owner-${id.slice(65)}` })),
      );
      expect(heights.filter(({ id }) => id === idOf('2'))).toEqual([{ id: idOf('2'), height: 30 }]);
    });
  });

  describe('end a page after so many rows, where most of them have gone (rule COLLECT-5)', () => {
    test('and go on behind it, without loss', async () => {
      const { save, listings } = await world();
      const tokens = Array.from({ length: rowsOfPage + 2 }, (_, index) => String(index));
      for (const token of tokens) await save(idOf(token), { owner: 'alice', height: 10 });
      for (const token of tokens.slice(0, -1)) await save(idOf(token), { owner: 'bob', height: 20 + Number(token) });
      const first = await listings.byOwner('asset', 'alice', { limit: 2 });
      const end = idOf(String(rowsOfPage - 1));
      expect(first).toMatchObject({ refs: [], more: true, end, changed: [{ height: 20 + rowsOfPage - 1 }] });
      const last = idOf(String(rowsOfPage + 1));
      expect(await listings.byOwner('asset', 'alice', { limit: 2, after: end })).toMatchObject({
        refs: [{ kind: 'asset', id: last }],
        more: false,
        end: last,
        changed: [{ height: 20 + rowsOfPage }],
      });
    });
  });

  describe('say at which block a page changed last', () => {
    const places = async (listed: Promise<ListedRefs>) => (await listed).changed;
    const changed = async (listed: Promise<ListedRefs>) =>
      Math.max(0, ...(await places(listed)).map(({ height }) => height));

    test('by what is on it, what has left it included, and no other page', async () => {
      const { save, listings } = await world();
      for (const token of ['1', '2', '3', '4']) await save(idOf(token), { owner: 'alice', height: 10 + Number(token) });
      const owned = (page: ListPage) => changed(listings.byOwner('asset', 'alice', page));
      const held = (page: ListPage) => changed(listings.byCollection('asset', villas, page));
      for (const at of [owned, held]) {
        expect(await at({ limit: 9 })).toBe(14);
        expect(await at({ limit: 2 })).toBe(12);
        expect(await at({ limit: 2, after: idOf('2') })).toBe(14);
        expect(await at({ limit: 2, after: idOf('4') })).toBe(0);
      }
      await save(idOf('2'), { owner: 'bob', height: 30 });
      await save(idOf('1'), { owner: 'alice', height: 31 });
      expect(await owned({ limit: 1 })).toBe(30);
      expect(await owned({ limit: 9, after: idOf('2') })).toBe(14);
      expect(await held({ limit: 1 })).toBe(11);
      expect(await held({ limit: 2 })).toBe(30);
    });
  });

  describe('say of which fork a change is', () => {
    test('and are written again where the record is of another fork', async () => {
      const { save, listings } = await world();
      const rows = async () => [
        (await listings.byOwner('asset', 'alice', { limit: 9 })).changed,
        (await listings.byCollection('asset', villas, { limit: 9 })).changed,
        (await listings.holdings(villas).next()).value,
      ];
      const at = (height: number, fork: number) => ({ fork, height });
      await save(idOf('1'), { owner: 'alice', height: 20 });
      await save(idOf('1'), { owner: 'alice', height: 30 });
      const first = { id: idOf('1'), owner: 'alice', ...at(20, 0) };
      expect(await rows()).toEqual([[at(20, 0)], [at(20, 0)], [first]]);
      await save(idOf('1'), { owner: 'alice', height: 31, fork: 1 });
      const again = { ...first, ...at(31, 1) };
      expect(await rows()).toEqual([[at(31, 1)], [at(31, 1)], [again]]);
      await save(idOf('2'), { owner: 'alice', height: 15 });
      const both = [at(31, 1), at(15, 0)];
      expect(await rows()).toEqual([both, both, [again, { id: idOf('2'), owner: 'alice', ...at(15, 0) }]]);
    });
  });

  describe('know which collections have a doubtful token', () => {
    const mark = { id: 'c', state: 'open', chainDigest: 'd' } as const;

    test('in conflict, or too large to keep, until it is not', async () => {
      const { save, listings, held } = await world();
      const doubtful = async (...asked: string[]) => [...(await listings.doubtful(asked))].sort();
      await save(idOf('1'), { owner: 'alice' });
      await save(idOf('2', prints), { owner: 'alice' });
      expect(await doubtful(villas, prints)).toEqual([]);
      await save(idOf('1'), { owner: 'alice', conflict: mark });
      expect(await doubtful(villas)).toEqual([villas]);
      expect(await doubtful(prints)).toEqual([]);
      await save(idOf('2', prints), { owner: null, value: null, tooLarge: true, height: 30 });
      expect(await doubtful(villas, prints)).toEqual([villas, prints]);
      expect(await held(prints)).toEqual([idOf('2', prints)]);
      await save(idOf('1'), { owner: 'bob', height: 31 });
      expect(await doubtful(villas, prints)).toEqual([prints]);
    });
  });

  describe('keep what was counted of a collection (rule COLLECT-6)', () => {
    test('the last count, and apart from it the last block that touched a token', async () => {
      const { listings } = await world();
      expect(await listings.counts([villas])).toEqual([{ packageHash: villas, counts: null, touched: null }]);
      await listings.keepCounts(countsOf(villas));
      await listings.keepCounts(countsOf(villas, { tracked: 6 }));
      await listings.touch([villas, prints], { fork: 0, height: 12 });
      expect(await listings.counts([prints, villas])).toEqual([
        { packageHash: prints, counts: null, touched: { fork: 0, height: 12 } },
        { packageHash: villas, counts: countsOf(villas, { tracked: 6 }), touched: { fork: 0, height: 12 } },
      ]);
    });

    test('a touch that comes late changes nothing; a later fork comes first', async () => {
      const { listings } = await world();
      const touched = async () => (await listings.counts([villas]))[0]?.touched;
      await listings.touch([villas], { fork: 0, height: 12 });
      await listings.touch([villas], { fork: 0, height: 9 });
      expect(await touched()).toEqual({ fork: 0, height: 12 });
      await listings.touch([villas], { fork: 1, height: 5 });
      await listings.touch([villas], { fork: 0, height: 20 });
      expect(await touched()).toEqual({ fork: 1, height: 5 });
    });
  });

  test('writes no row where neither owner nor existence changes', async () => {
    const { store } = await create();
    const record = recordOf({ id: idOf('1'), owner: 'alice' });
    expect(listedAs(record)).toEqual({ owner: 'alice', exists: true, doubtful: false, fork: 0 });
    // It claims to be listed already, so that the list shows whether the save has written rows.
    const compared = { ...comparedWith(record), listed: listedAs(record) };
    await store.records.save({ ...record, owner: null }, undefined, undefined);
    await store.records.save({ ...record, block: { ...record.block, height: 11 } }, compared, undefined);
    expect((await store.listings.byOwner('asset', 'alice', { limit: 1 })).refs).toEqual([]);
  });
});
