import { describe, expect, test } from '@jest/globals';
import { emptyLog, placedAfter } from '../../../lib/domain/change.ts';
import { shardCount, shardOf } from '../../../lib/domain/shard.ts';
import { comparedWith, entryOf, eventOf, recordOf } from '../samples.ts';
import { onBoth } from '../subjects.ts';

const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`;

onBoth((create) => {
  const fresh = async () => (await create()).store;

  describe('keeps events until they are published', () => {
    test('and finds those older than a moment, oldest first', async () => {
      const { outbox } = await fresh();
      for (const minute of [3, 1, 4, 2]) await outbox.put(eventOf({ id: `e${minute}`, at: at(minute) }));
      const ids = async (before: string, limit: number) =>
        (await outbox.unpublished(before, limit)).map(({ id }) => id);
      expect(await ids(at(4), 9)).toEqual(['e1', 'e2', 'e3']);
      expect(await ids(at(9), 2)).toEqual(['e1', 'e2']);
      expect(await ids(at(1), 9)).toEqual([]);
      expect(await outbox.unpublished(at(2), 9)).toStrictEqual([eventOf({ id: 'e1', at: at(1) })]);
    });

    test('more of them than one reading of the engine brings', async () => {
      const { outbox } = await fresh();
      const events = Array.from({ length: 150 }, (_, n) =>
        eventOf({ id: `e${n}`, at: new Date(1_767_225_600_000 + n).toISOString() }),
      );
      for (let done = 0; done < events.length; done += 50) {
        await Promise.all(events.slice(done, done + 50).map((event) => outbox.put(event)));
      }
      expect(await outbox.unpublished(at(1), 140)).toStrictEqual(events.slice(0, 140));
      expect(await outbox.unpublished(at(1), 999)).toStrictEqual(events);
    });

    test('in order however they are spread, and each once, also those of one moment', async () => {
      const { outbox } = await fresh();
      const events = Array.from({ length: 120 }, (_, n) =>
        eventOf({ id: `e${n}`, at: new Date(1_767_225_600_000 + Math.floor(n / 30) * 1_000).toISOString() }),
      );
      await Promise.all([...events].reverse().map((event) => outbox.put(event)));
      const found = await outbox.unpublished(at(1), 999);
      expect(found.map((event) => event.at)).toEqual(events.map((event) => event.at));
      expect(found.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
      expect((await outbox.unpublished(at(1), 45)).map((event) => event.at)).toEqual(
        events.slice(0, 45).map((event) => event.at),
      );
    });

    test('all of them or those of one shard, each of which is in one (rule FEED-9)', async () => {
      const { outbox } = await fresh();
      const events = Array.from({ length: 60 }, (_, n) => eventOf({ id: `e${n}`, at: at(n) }));
      await Promise.all(events.map((event) => outbox.put(event)));
      const shards = await Promise.all(
        Array.from({ length: shardCount }, (_, shard) => outbox.unpublished('2100', 99, shard)),
      );
      shards.forEach((found, shard) => {
        expect(found).toStrictEqual(events.filter(({ id }) => shardOf(id) === shard));
      });
      expect(shards.flat()).toHaveLength(60);
      expect(await outbox.unpublished(at(1), 99, shardOf('e0'))).toStrictEqual(events.slice(0, 1));
      expect(await outbox.unpublished('2100', 1, shardOf('e0'))).toStrictEqual(events.slice(0, 1));
    });

    test('that have a place in the log: without one, an event stays (rule FEED-3)', async () => {
      const { outbox } = await fresh();
      await outbox.put(eventOf());
      await outbox.published(eventOf().id);
      expect(await outbox.unpublished('2100', 9)).toStrictEqual([eventOf()]);
    });

    test('once, also when an event is put or marked again', async () => {
      const { outbox, changes } = await fresh();
      await outbox.put(eventOf());
      await outbox.put(eventOf({ detail: { reason: 'another' } }));
      expect(await outbox.unpublished('2100', 9)).toStrictEqual([eventOf()]);
      await changes.append(emptyLog, placedAfter(emptyLog, [eventOf()], 0));
      await outbox.published(eventOf().id);
      await outbox.published(eventOf().id);
      await outbox.put(eventOf());
      await outbox.published('never put');
      expect(await outbox.unpublished('2100', 9)).toEqual([]);
    });
  });

  describe('writes the event of a record that has changed', () => {
    test('with its entry: which fields, never their values', async () => {
      const { records, outbox } = await fresh();
      const first = recordOf();
      await records.save(first, undefined, entryOf(first, { timestamp: at(1) }));
      const next = recordOf({ height: 12, sequence: 2, auditHead: 'audit-2' });
      const changed = { before: { owner: 'alice', burnt: false }, after: { owner: 'bob', approved: null } };
      await records.save(
        next,
        comparedWith(first),
        entryOf(next, { ...changed, cause: 'sync', timestamp: at(2) }),
        undefined,
        undefined,
        ['alice', 'bob'],
      );
      expect(await outbox.unpublished('2100', 9)).toStrictEqual([
        {
          id: 'RecordChanged#asset#a#1',
          type: 'RecordChanged',
          at: at(1),
          detail: {
            ref: first.ref,
            accounts: [],
            sequence: 1,
            cause: 'lookup',
            fields: ['owner'],
            block: first.block,
            previousDigest: null,
          },
        },
        {
          id: 'RecordChanged#asset#a#2',
          type: 'RecordChanged',
          at: at(2),
          detail: {
            ref: first.ref,
            accounts: ['alice', 'bob'],
            sequence: 2,
            cause: 'sync',
            fields: ['approved', 'burnt', 'owner'],
            block: next.block,
            previousDigest: 'audit-1',
          },
        },
      ]);
    });

    test('and of none whose save was refused, that only moved, or that is shared state', async () => {
      const { records, outbox } = await fresh();
      const basis = recordOf({ kind: 'basis', id: 'era' });
      await records.save(basis, undefined, entryOf(basis));
      const first = recordOf();
      await records.save(first, undefined, undefined);
      await records.save(recordOf({ height: 11 }), comparedWith(first), undefined);
      await records.save(recordOf({ height: 12 }), comparedWith(first), entryOf(recordOf({ height: 12 })));
      expect(await outbox.unpublished('2100', 9)).toEqual([]);
    });
  });
});
