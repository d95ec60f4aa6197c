import { describe, expect, test } from '@jest/globals';
import { cursorOf, emptyLog, parseCursor, placedAfter } from '../../../lib/domain/change.ts';
import { appendLimit } from '../../../lib/domain/ports/changes.ts';
import type { Store } from '../../../lib/store/store.ts';
import { eventOf } from '../samples.ts';
import { onBoth } from '../subjects.ts';

const now = 1_767_225_600_000;
const days = 86_400_000;
const eventsUpTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, at) => eventOf({ id: `e${first + at}` }));

async function putAll({ outbox }: Store, events = eventsUpTo(1)) {
  await Promise.all(events.map((event) => outbox.put(event)));
  return events;
}

async function appendAll(store: Store, events = eventsUpTo(1), at = now) {
  await putAll(store, events);
  for (let done = 0; done < events.length; done += appendLimit) {
    const head = await store.changes.head();
    expect(await store.changes.append(head, placedAfter(head, events.slice(done, done + appendLimit), at))).toBe(true);
  }
}

const idsOf = async ({ changes }: Store, after: number, to: number, at = now) =>
  (await changes.read(after, to, at)).map(({ event }) => event.id);

onBoth((create) => {
  const fresh = async () => (await create()).store;

  // Rule FEED-1.
  describe('keeps events in places', () => {
    test('of which there are none at first', async () => {
      const store = await fresh();
      expect(await store.changes.head()).toStrictEqual(emptyLog);
      expect(await store.changes.read(0, 0, now)).toEqual([]);
      expect(await store.changes.oldest(emptyLog, now)).toBe(1);
      expect(await store.changes.append(emptyLog, [])).toBe(true);
    });

    test('in order and whole, over as many readings as it takes', async () => {
      const store = await fresh();
      const events = eventsUpTo(230);
      await appendAll(store, events);
      const head = await store.changes.head();
      expect(head.position).toBe(230);
      const read = await store.changes.read(0, 230, now);
      expect(read.map(({ event }) => event)).toStrictEqual(events);
      expect(read.map(({ position }) => position)).toEqual(events.map((_, at) => at + 1));
      expect(read.at(-1)).toMatchObject(head);
      // Rule FEED-4: each place knows the check of the one before.
      expect(read.map(({ previous }) => previous)).toEqual(
        [emptyLog.check, ...read.map(({ check }) => check)].slice(0, -1),
      );
      expect(await idsOf(store, 98, 102)).toEqual(['e99', 'e100', 'e101', 'e102']);
      expect(await idsOf(store, 100, 101)).toEqual(['e101']);
      expect(await idsOf(store, 230, 230)).toEqual([]);
    });

    test('which the outbox knows', async () => {
      const store = await fresh();
      await appendAll(store, eventsUpTo(3));
      await store.outbox.put(eventOf({ id: 'e4' }));
      const found = await store.outbox.find(['e4', 'e2', 'none', 'e2']);
      const [second] = await store.changes.read(1, 2, now);
      const cursor = second === undefined ? null : cursorOf(second);
      const stored = { event: eventOf({ id: 'e2' }), cursor, pending: true, previous: null };
      expect(found).toStrictEqual([
        { ...stored, event: eventOf({ id: 'e4' }), cursor: null },
        stored,
        undefined,
        stored,
      ]);
    });

    test('one place each: not another one, nor beside an event that has one, nor one that is not in the outbox', async () => {
      const store = await fresh();
      await appendAll(store, eventsUpTo(2));
      await putAll(store, eventsUpTo(3, 3));
      const head = await store.changes.head();
      for (const events of [eventsUpTo(1), eventsUpTo(3, 2), eventsUpTo(4, 3)]) {
        expect(await store.changes.append(head, placedAfter(head, events, now))).toBe(false);
      }
      expect(await store.changes.head()).toStrictEqual(head);
      expect(await idsOf(store, 0, 2)).toEqual(['e1', 'e2']);
      expect((await store.outbox.find(['e3']))[0]?.cursor).toBeNull();
    });

    test('once, however many append behind the same head at a time', async () => {
      const store = await fresh();
      const events = await putAll(store, eventsUpTo(8));
      const tried = events.map((event) => store.changes.append(emptyLog, placedAfter(emptyLog, [event], now)));
      expect((await Promise.all(tried)).filter(Boolean)).toHaveLength(1);
      expect((await store.changes.head()).position).toBe(1);
      expect(await store.changes.append(emptyLog, placedAfter(emptyLog, events.slice(0, 1), now))).toBe(false);
    });
  });

  // Rule FEED-5.
  describe('keeps an event for thirty days', () => {
    test('and no event longer than a later one', async () => {
      const store = await fresh();
      await appendAll(store, eventsUpTo(3), now);
      await appendAll(store, eventsUpTo(5, 4), now - 5 * days);
      await appendAll(store, eventsUpTo(9, 6), now + 2 * days);
      const head = await store.changes.head();
      expect(await store.changes.oldest(head, now + 30 * days)).toBe(1);
      expect(await idsOf(store, 0, 9, now + 30 * days)).toHaveLength(9);
      expect(await store.changes.oldest(head, now + 32 * days)).toBe(6);
      expect(await idsOf(store, 0, 9, now + 32 * days)).toEqual([]);
      expect(await idsOf(store, 5, 9, now + 32 * days)).toEqual(['e6', 'e7', 'e8', 'e9']);
      expect(await store.changes.oldest(head, now + 99 * days)).toBe(10);
    });
  });

  // Rule FEED-2.
  test('chains the events of a subject in the order in which they are put, each once', async () => {
    const store = await fresh();
    for (const id of ['a', 'b', 'a', 'c', 'b']) await store.outbox.put(eventOf({ id }), 'sync');
    await store.outbox.put(eventOf({ id: 'x' }), 'another');
    await store.outbox.put(eventOf({ id: 'y' }));
    const found = await store.outbox.find(['a', 'b', 'c', 'x', 'y']);
    expect(found.map((one) => one?.previous)).toEqual([null, 'a', 'b', null, null]);
    expect(await store.changes.head()).toStrictEqual(emptyLog);
  });

  test('chains events that are put at once too', async () => {
    const store = await fresh();
    const ids = ['a', 'b', 'c', 'd'];
    await Promise.all(ids.map((id) => store.outbox.put(eventOf({ id }), 'sync')));
    const found = await store.outbox.find(ids);
    const previous = found.map((one) => one?.previous ?? 'start');
    expect(new Set(previous).size).toBe(4);
    expect(ids.filter((id) => !previous.includes(id))).toHaveLength(1);
  });
});

describe('a cursor', () => {
  test('names a place, and nothing else does', () => {
    expect(parseCursor(cursorOf({ position: 12, check: '0123456789abcdef' }))).toEqual({
      position: 12,
      check: '0123456789abcdef',
    });
    expect(parseCursor(cursorOf(emptyLog))).toEqual({ position: 0, check: emptyLog.check });
    for (const text of [
      '',
      '0',
      '12',
      '12.',
      '-1.0123456789abcdef',
      '012.0123456789abcdef',
      '12.0123456789abcde',
      `${'9'.repeat(16)}.0123456789abcdef`,
      '1.5.0123456789abcdef',
    ]) {
      expect(parseCursor(text)).toBeUndefined();
    }
  });

  test('is another one where anything before was another event, or at another moment (rule FEED-4)', () => {
    const checkOf = (ids: readonly string[], at = now) =>
      placedAfter(
        emptyLog,
        ids.map((id) => eventOf({ id })),
        at,
      ).at(-1)?.check;
    expect(checkOf(['a', 'b'])).toBe(checkOf(['a', 'b']));
    const all = [checkOf(['a', 'b']), checkOf(['b', 'a']), checkOf(['c', 'b']), checkOf(['a', 'b'], now + 1)];
    expect(new Set(all).size).toBe(4);
  });
});
