import { describe, expect, test } from '@jest/globals';
import { cursorOf, emptyLog, placedAfter } from '../../../lib/domain/change.ts';
import { type ChangeEvent, type ChangeFilter, isWanted } from '../../../lib/domain/change-event.ts';
import type { DomainEvent } from '../../../lib/domain/domain-event.ts';
import { appendEvents } from '../../../lib/usecases/events/append-events.ts';
import { type ChangesRequest, readChanges } from '../../../lib/usecases/events/read-changes.ts';
import { createMemory } from '../../../lib/usecases/process/memory.ts';
import { clockOf } from '../../support/clock.ts';
import { inVirtualTime } from '../../support/in-virtual-time.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const days = 86_400_000;

function world() {
  let ahead = 0;
  let calls: string[] = [];
  const store = createMemoryStore({ onCall: (name) => void calls.push(name) });
  const clock = clockOf(() => Date.now() + ahead);
  const metrics = { count() {}, gauge() {}, measure() {}, upstream() {} };
  const service = { ...store, definitions: new Map(), clock, memory: createMemory(clock), metrics };
  let written = 0;
  return {
    service,
    store,
    pass(milliseconds: number) {
      ahead += milliseconds;
    },
    callsOf(name: string) {
      const count = calls.filter((one) => one === name).length;
      calls = [];
      return count;
    },
    async write(count: number, kind = 'account') {
      const events = Array.from({ length: count }, (): DomainEvent => {
        written += 1;
        const ref = { kind, id: `${written}` };
        return {
          id: `RecordChanged#${kind}#${written}#1`,
          type: 'RecordChanged',
          at: new Date(clock.now()).toISOString(),
          detail: { ref, accounts: [`owner-${written % 3}`], sequence: 1 },
        };
      });
      for (const event of events) await store.outbox.put(event);
      await appendEvents(events, service);
    },
    read: (request: Partial<ChangesRequest> & ChangeFilter = {}) =>
      readChanges(
        {
          after: 'now',
          limit: 100,
          seconds: 0,
          wants: (event: ChangeEvent) => isWanted(event, request),
          hasRoomFor: () => true,
          ...request,
        },
        service,
      ),
  };
}

const numbersOf = ({ items }: { readonly items: readonly ChangeEvent[] }) => items.map(({ ref }) => Number(ref?.id));
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

// Rule FEED-7.
describe('the feed', () => {
  test('begins with what happens from now on', async () => {
    const { read, write } = world();
    const empty = await read();
    expect(empty).toEqual({ items: [], next: cursorOf(emptyLog), head: cursorOf(emptyLog) });
    await write(3);
    expect(numbersOf(await read({ after: empty.next }))).toEqual([1, 2, 3]);
    const now = await read();
    expect(now).toMatchObject({ items: [], next: now.head });
    await write(2);
    expect(numbersOf(await read({ after: now.next }))).toEqual([4, 5]);
  });

  test.each([1, 7, 100])(
    'gives each event once, in pages of %d, also with events that come meanwhile',
    async (limit) => {
      const { read, write } = world();
      await write(150);
      const seen: number[] = [];
      let after = 'start';
      for (let page = 0; ; page += 1) {
        const { next, ...found } = await read({ after, limit });
        seen.push(...numbersOf(found));
        expect(found.items.at(-1)?.cursor ?? next).toBe(next);
        if (page === 0) await write(75);
        if (next === found.head) break;
        after = next;
      }
      expect(seen).toEqual(upTo(225));
    },
  );

  test('continues behind any event that it has given', async () => {
    const { read, write } = world();
    await write(20);
    const { items } = await read({ after: 'start' });
    for (const [at, { cursor }] of items.entries())
      expect(numbersOf(await read({ after: cursor }))).toEqual(upTo(20, at + 2));
  });

  test('ends an answer where it is full', async () => {
    const { read, write } = world();
    await write(5);
    let left = 2;
    const hasRoomFor = () => left-- > 0;
    const { items, next } = await read({ after: 'start', hasRoomFor });
    expect(numbersOf({ items })).toEqual([1, 2]);
    expect(numbersOf(await read({ after: next }))).toEqual([3, 4, 5]);
  });

  test('filters, reads no more than so many events for one answer, and moves on', async () => {
    const { read, write, callsOf } = world();
    await write(2_500);
    await write(1, 'asset');
    callsOf('');
    const first = await read({ after: 'start', kinds: ['asset'] });
    expect(first.items).toEqual([]);
    expect(first.next).toMatch(/^1000\./);
    expect(callsOf('changes.read')).toBeLessThanOrEqual(11);
    const second = await read({ after: first.next, kinds: ['asset'] });
    expect(numbersOf(await read({ after: second.next, kinds: ['asset'] }))).toEqual([2_501]);
    expect(numbersOf(await read({ after: 'start', account: 'owner-2', limit: 3 }))).toEqual([2, 5, 8]);
    expect(numbersOf(await read({ after: 'start', account: 'owner-2', types: ['SyncStalled'] }))).toEqual([]);
    expect(numbersOf(await read({ after: 'start', collection: 'c' }))).toEqual([]);
  });

  test('refuses a cursor whose next event is gone, and names the oldest one that is whole (rule FEED-5)', async () => {
    const { read, write, pass } = world();
    await write(4);
    const { items } = await read({ after: 'start' });
    pass(20 * days);
    await write(3);
    pass(12 * days);
    const old = await read({ after: items[1]?.cursor ?? '' }).catch((error) => error);
    expect(old).toMatchObject({ code: 'cursor_gone', oldest: items[3]?.cursor });
    expect(numbersOf(await read({ after: old.oldest }))).toEqual([5, 6, 7]);
    expect(numbersOf(await read({ after: 'start' }))).toEqual([5, 6, 7]);
    await expect(read({ after: cursorOf(emptyLog) })).rejects.toMatchObject({ code: 'cursor_gone' });
    pass(30 * days);
    // Nothing has happened since: nothing is missed, however old the cursor is.
    const { head } = await read();
    expect(await read({ after: head })).toMatchObject({ items: [], next: head });
    expect(await read({ after: 'start' })).toMatchObject({ items: [], next: head });
    await expect(read({ after: items[3]?.cursor ?? '' })).rejects.toMatchObject({ code: 'cursor_gone', oldest: head });
  });

  test('refuses a cursor of another feed, above its head, and what is no cursor (rule FEED-4)', async () => {
    const [one, another] = [world(), world()];
    another.pass(1);
    await one.write(5);
    await another.write(7);
    const foreign = (await another.read({ after: 'start' })).items.map(({ cursor }) => cursor);
    for (const after of [...foreign, '3', '', 'later', '-1.0123456789abcdef']) {
      await expect(one.read({ after })).rejects.toMatchObject({ code: 'invalid_request', errors: [{ path: 'after' }] });
    }
    // Before the first event all feeds are alike, and nothing can be missed.
    expect(numbersOf(await one.read({ after: cursorOf(emptyLog) }))).toEqual(upTo(5));
  });

  test('refuses a cursor of before a restore, once other events have taken the places', async () => {
    const { read, write, store, pass } = world();
    await write(3);
    const before = await read();
    await write(2);
    const { head } = await read();
    // The table goes back to its third event, and on.
    for (const position of [4, 5]) store.tables.changes.delete(position);
    const third = store.tables.changes.get(3);
    store.tables.logHead = third ?? emptyLog;
    pass(60_000);
    await expect(read({ after: head })).rejects.toMatchObject({ code: 'invalid_request' });
    await write(4);
    await expect(read({ after: head })).rejects.toMatchObject({ code: 'invalid_request' });
    expect(numbersOf(await read({ after: before.next }))).toEqual([6, 7, 8, 9]);
    expect(placedAfter(emptyLog, [], 0)).toEqual([]);
  });
});

describe('a caller who waits', () => {
  test('gets the first event when it is there, and all who wait share a reading a second', () =>
    inVirtualTime(async () => {
      const { read, write, callsOf } = world();
      const begun = Date.now();
      const waiting = Array.from({ length: 20 }, () => read({ seconds: 25 }));
      const written = (async () => {
        await new Promise((resolve) => setTimeout(resolve, 9_500));
        expect(callsOf('changes.head')).toBeLessThanOrEqual(20 + 10);
        await write(2);
      })();
      const answers = await Promise.all(waiting);
      await written;
      expect(Date.now() - begun).toBeLessThan(11_500);
      for (const answer of answers) expect(numbersOf(answer)).toEqual([1, 2]);
      expect(callsOf('changes.read')).toBe(1);
    }));

  test('waits on while only other events come, and gets none when the time is up, with where to go on', () =>
    inVirtualTime(async () => {
      const { read, write } = world();
      const waiting = read({ seconds: 5, kinds: ['asset'] });
      await write(3);
      const answer = await waiting;
      expect(answer).toMatchObject({ items: [], next: answer.head });
      expect(answer.next).toMatch(/^3\./);
    }));

  test('does not wait where an event is there, nor longer than the caller is', () =>
    inVirtualTime(async () => {
      const { read, write } = world();
      await write(1);
      const begun = Date.now();
      expect(numbersOf(await read({ after: 'start', seconds: 25 }))).toEqual([1]);
      expect(Date.now()).toBe(begun);
      const caller = new AbortController();
      setTimeout(() => caller.abort(), 3_000);
      expect((await read({ seconds: 25, hungUp: caller.signal })).items).toEqual([]);
      expect(Date.now() - begun).toBeLessThan(4_000);
    }));

  test('is refused where fifty wait already; a place is free again when one has left', () =>
    inVirtualTime(async () => {
      const { read } = world();
      const waiting = Array.from({ length: 50 }, () => read({ seconds: 2 }));
      await new Promise((resolve) => setTimeout(resolve, 500));
      await expect(read({ seconds: 2 })).rejects.toMatchObject({ code: 'overloaded', retryable: true });
      expect((await read()).items).toEqual([]);
      await Promise.all(waiting);
      expect((await read({ seconds: 1 })).items).toEqual([]);
    }));
});
