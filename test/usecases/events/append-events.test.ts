import { describe, expect, test } from '@jest/globals';
import { emptyLog, placedAfter } from '../../../lib/domain/change.ts';
import type { DomainEvent } from '../../../lib/domain/domain-event.ts';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import { idsBefore } from '../../../lib/domain/event-order.ts';
import { appendEvents } from '../../../lib/usecases/events/append-events.ts';
import { publishEvents, publishPending } from '../../../lib/usecases/events/publish-events.ts';
import { clockOf } from '../../support/clock.ts';
import { createMemoryStore, type OnCall } from '../../support/memory-store.ts';

const start = Date.parse('2026-11-24T10:00:00.000Z');
const silent = { debug() {}, info() {}, warn() {}, error() {} };

interface Options {
  readonly onCall?: OnCall;
  /** Gives the ids that the bus refuses. */
  readonly refuses?: (ids: readonly string[]) => readonly string[];
}

/** A sequencer on a store, and what it has published. */
function sequencer(store = createMemoryStore(), { refuses = () => [] }: Options = {}) {
  const published: string[] = [];
  let now = start;
  const counts: Record<string, number> = {};
  const gauges: Record<string, number> = {};
  const service = {
    ...store,
    definitions: new Map(),
    log: silent,
    metrics: {
      count(name: string, by = 1) {
        counts[name] = (counts[name] ?? 0) + by;
      },
      measure() {},
      gauge(name: string, value: number) {
        gauges[name] = value;
      },
      upstream() {},
    },
    clock: clockOf(() => now),
    publisher: {
      async publish(events: readonly { readonly id: string }[]) {
        const refused = refuses(events.map(({ id }) => id));
        published.push(...events.map(({ id }) => id).filter((id) => !refused.includes(id)));
        return { refused };
      },
    },
  };
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { store, service, published, counts, gauges, pass };
}

const changeOf = (record: string, sequence: number, at = start): DomainEvent => ({
  id: `RecordChanged#account#${record}#${sequence}`,
  type: 'RecordChanged',
  at: new Date(at).toISOString(),
  detail: { ref: { kind: 'account', id: record }, sequence },
});

const idsInLog = ({ store }: Pick<ReturnType<typeof sequencer>, 'store'>): string[] =>
  [...store.tables.changes.values()].map(({ event }) => event.id);

describe('the sequencer', () => {
  test('places events in the order in which they come, over several transactions, and says how late they are', async () => {
    const one = sequencer();
    const events = Array.from({ length: 120 }, (_, at) => changeOf(`a${at}`, 1));
    for (const event of events) await one.store.outbox.put(event);
    one.pass(12_400);
    const stored = await appendEvents(events, one.service);
    expect(stored.map((found) => found?.cursor?.split('.')[0])).toEqual(events.map((_, at) => String(at + 1)));
    expect(idsInLog(one)).toEqual(events.map(({ id }) => id));
    expect(one.counts).toEqual({ EventAppended: 120 });
    expect(one.gauges).toEqual({ FeedLagSeconds: 12 });
  });

  test('places a change after all earlier ones of its record, which the stream has not delivered yet (rule FEED-2)', async () => {
    const one = sequencer();
    const changes = Array.from({ length: 300 }, (_, at) => changeOf('a', at + 1));
    for (const event of changes) await one.store.outbox.put(event);
    await appendEvents([changes[299] as DomainEvent], one.service);
    expect(idsInLog(one)).toEqual(changes.map(({ id }) => id));
    // They come late, and once more.
    await appendEvents(changes, one.service);
    expect(idsInLog(one)).toHaveLength(300);
  });

  test.each<[string, readonly string[]]>([
    ['a conflict', ['ConflictOpened#c#1', 'ConflictAwaitsReview#c#2', 'ConflictResolved#c#3', 'ConflictOpened#c#4']],
    [
      'a conflict of an earlier version, which wrote no event for a review',
      ['ConflictOpened#c#1', 'ConflictResolved#c#3'],
    ],
    ['a run', ['ReconciliationStarted#r', 'ReconciliationFinished#r']],
    ['a submission', ['SubmissionEnded#transaction#t#2', 'SubmissionEnded#transaction#t#5']],
  ])('places the events of %s in their order, in whatever order they come', async (_, ids) => {
    for (const first of ids) {
      const one = sequencer();
      const events = ids.map((id) => ({ ...changeOf('a', 1), id, type: id.split('#')[0] }) as DomainEvent);
      for (const event of events) await one.store.outbox.put(event);
      await appendEvents(
        events.filter(({ id }) => id === first),
        one.service,
      );
      await appendEvents(events.toReversed(), one.service);
      expect(idsInLog(one)).toEqual(ids);
    }
  });

  test('places what is said of sync in the order in which it was put', async () => {
    const one = sequencer();
    const events = ['SyncStalled#1', 'SyncRecovered#1', 'BlockUnseen#0#7', 'SyncStalled#2'].map(
      (id) => ({ ...changeOf('a', 1), id, type: id.split('#')[0] }) as DomainEvent,
    );
    for (const event of events) await one.store.outbox.put(event, 'sync');
    await appendEvents(events.toReversed(), one.service);
    expect(idsInLog(one)).toEqual(events.map(({ id }) => id));
  });

  test('leaves out what a version without a log has published, and does not wait for it', async () => {
    const one = sequencer();
    const [first, second] = [changeOf('a', 1), changeOf('a', 2)];
    for (const event of [first, second]) await one.store.outbox.put(event);
    const old = one.store.tables.outbox.get(first.id);
    if (old !== undefined) one.store.tables.outbox.set(first.id, { ...old, pending: false });
    await appendEvents([first, second], one.service);
    expect(idsInLog(one)).toEqual([second.id]);
  });

  test('does all of it while another one works: each event has a place when either of them ends (rule FEED-1)', async () => {
    const store = createMemoryStore();
    const [one, another] = [sequencer(store), sequencer(store)];
    const events = Array.from({ length: 130 }, (_, at) => changeOf(`a${at}`, 1));
    for (const event of events) await store.outbox.put(event);
    const results = await Promise.all([
      appendEvents(events, one.service),
      appendEvents(events.toReversed(), another.service),
    ]);
    const places = results.flat().map((found) => Number(found?.cursor?.split('.')[0]));
    expect(new Set(places)).toEqual(new Set(events.map((_, at) => at + 1)));
    expect(idsInLog(one)).toHaveLength(130);
  });

  test('fills a transaction up to its size', async () => {
    const sizes: number[] = [];
    const store = createMemoryStore({
      onCall: (name, [, events]) => {
        if (name === 'changes.append') sizes.push((events as unknown[]).length);
      },
    });
    const one = sequencer(store);
    const large = Array.from({ length: 10 }, (_, at) => ({
      ...changeOf(`a${at}`, 1),
      detail: { text: 'x'.repeat(120_000) },
    }));
    for (const event of large) await store.outbox.put(event);
    await appendEvents(large, one.service);
    expect(sizes).toEqual([4, 4, 2]);
  });

  test('passes on that the table fails, and nothing is lost', async () => {
    let fails = true;
    const store = createMemoryStore({
      onCall: (name) => {
        if (name === 'changes.append' && fails) throw new StoreUnavailable('no table');
      },
    });
    const one = sequencer(store);
    await store.outbox.put(changeOf('a', 1));
    await expect(appendEvents([changeOf('a', 1)], one.service)).rejects.toThrow('no table');
    fails = false;
    await appendEvents([changeOf('a', 1)], one.service);
    expect(idsInLog(one)).toEqual([changeOf('a', 1).id]);
  });

  test('knows what comes before an event by its id alone', () => {
    expect(idsBefore(changeOf('a#b', 1))).toEqual([]);
    expect(idsBefore(changeOf('a#b', 5), 3)).toEqual([4, 3, 2].map((one) => `RecordChanged#account#a#b#${one}`));
    expect(idsBefore({ ...changeOf('a', 1), id: 'SyncStalled#2026-01-01T00:00:00.000Z', type: 'SyncStalled' })).toEqual(
      [],
    );
    expect(placedAfter(emptyLog, [], start)).toEqual([]);
  });
});

class Killed extends Error {}

/** Numbers from 0 to 1 that a seed decides. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Rules FEED-1, FEED-2 and FEED-3: writers, two sequencers and the sweep work at once. The stream delivers late, twice and in any order, or never;
 * a sequencer is killed before or after any call of the store, and the bus refuses. In the end each change is in the log once, and those
 * of one record in their order; a reader who followed meanwhile has got exactly the log.
 */
async function runSchedule(seed: number): Promise<void> {
  const chance = chanceOf(seed);
  const upTo = (most: number) => Math.floor(chance() * most);
  let isCalm = false;
  let open: (() => void)[] = [];
  const tables = createMemoryStore().tables;
  /** Each call waits for its turn; a process may die before it takes effect, or right after. */
  const storeOf = (mayDie: boolean) => {
    let dead = false;
    const before: OnCall = async () => {
      if (!isCalm) await new Promise<void>((resolve) => void open.push(resolve));
      if (mayDie && !isCalm && (dead || chance() < 0.06)) {
        dead = true;
        throw new Killed();
      }
    };
    return createMemoryStore({ tables, onCall: before });
  };
  const written: string[] = [];
  const waiting: DomainEvent[] = [];

  async function write(record: string): Promise<void> {
    const store = storeOf(false);
    for (let sequence = 1; sequence <= 6; sequence++) {
      const event = changeOf(record, sequence, start - 700_000);
      await store.outbox.put(event);
      written.push(event.id);
      if (chance() < 0.85) waiting.splice(upTo(waiting.length + 1), 0, event);
      if (chance() < 0.3) waiting.splice(upTo(waiting.length + 1), 0, event);
    }
  }

  async function deliver(): Promise<void> {
    for (let turn = 0; turn < 14; turn++) {
      const batch = waiting.splice(0, 1 + upTo(5));
      const { service } = sequencer(storeOf(true), { refuses: (ids) => ids.filter(() => !isCalm && chance() < 0.2) });
      const refused = await publishEvents(batch, service).catch(() => new Set(batch.map(({ id }) => id)));
      for (const event of batch) if (refused.has(event.id) && chance() < 0.7) waiting.push(event);
      if (chance() < 0.1) await publishPending(service).catch(() => 0);
      await new Promise<void>((resolve) => void open.push(resolve));
    }
  }

  const followed: string[] = [];
  async function follow(): Promise<void> {
    const store = storeOf(false);
    let position = 0;
    for (let turn = 0; turn < 40; turn++) {
      const head = await store.changes.head();
      const rows = await store.changes.read(position, Math.min(head.position, position + 1 + upTo(4)), start);
      followed.push(...rows.map(({ event }) => event.id));
      position = rows.at(-1)?.position ?? position;
    }
  }

  let isOver = false;
  const work = Promise.all([write('a'), write('b'), write('c'), deliver(), deliver(), follow()]).then(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    const next = open.splice(upTo(open.length), 1);
    for (const go of next) go();
  }
  await work;
  isCalm = true;
  for (const go of open) go();
  open = [];

  const last = sequencer(storeOf(false));
  await publishPending(last.service);
  const log = idsInLog({ store: last.store });
  expect([...log].sort()).toEqual([...written].sort());
  for (const record of ['a', 'b', 'c']) {
    const sequences = log.filter((id) => id.includes(`#${record}#`)).map((id) => Number(id.split('#')[3]));
    expect(sequences).toEqual([1, 2, 3, 4, 5, 6]);
  }
  expect([...tables.changes.keys()]).toEqual(log.map((_, at) => at + 1));
  expect(followed).toEqual(log.slice(0, followed.length));
  expect([...tables.outbox.values()].filter(({ pending, cursor }) => pending || cursor === null)).toEqual([]);
}

test('under any schedule each change is in the log once, those of one record in order, and a reader misses none', async () => {
  const first = Number(process.env.ASTAKE_SEED ?? 1);
  const count = process.env.ASTAKE_SEED === undefined ? 150 : 1;
  for (let seed = first; seed < first + count; seed++) {
    try {
      await runSchedule(seed);
    } catch (error) {
      throw new Error(`ASTAKE_SEED=${seed}`, { cause: error });
    }
  }
}, 300_000);
