import { EventBridgeClient, PutEventsCommand, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context, DynamoDBRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../../functions/publish-events.ts';
import { handler as overdue } from '../../../functions/publish-overdue.ts';
import { type EventBus, startEventBus } from '../../../infra/local/aws/event-bus.ts';
import type { DomainEvent } from '../../../lib/domain/domain-event.ts';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import { shardOf } from '../../../lib/domain/shard.ts';
import { asInstance } from '../../../lib/runtime/service.ts';
import { publishForgotten, publishPending } from '../../../lib/usecases/events/publish-events.ts';
import { startService, type TestService } from '../../support/service.ts';

let bus: EventBus;
let running: TestService;
let meanwhile: ((name: string) => void) | undefined;
beforeEach(async () => {
  meanwhile = undefined;
  bus = await startEventBus();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url,
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  running = await startService({ onCall: (name) => meanwhile?.(name) });
});
afterEach(async () => {
  await running.close();
  await bus.close();
});

const at = '2026-11-24T10:00:00.000Z';
const eventOf = (number: number): DomainEvent => ({
  id: `RecordChanged#account#${number}#1`,
  type: 'RecordChanged',
  at,
  detail: { ref: { kind: 'account', id: String(number) }, sequence: 1, cause: 'sync', fields: ['total'] },
});
const eventsUpTo = (length: number) => Array.from({ length }, (_, number) => eventOf(number));

async function putAll(events: readonly DomainEvent[]): Promise<void> {
  for (const event of events) await running.store.outbox.put(event);
}

/** A record in the form of the outbox's stream. */
function recordOf(
  { id, type, at: time, detail }: DomainEvent,
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE' = 'INSERT',
): DynamoDBRecord {
  const image = {
    id: { S: id },
    type: { S: type },
    at: { S: time },
    detail: { S: JSON.stringify(detail) },
    pending: { S: 'yes#3' },
  };
  return { eventName, dynamodb: { SequenceNumber: `seq-${id}`, Keys: { id: { S: id } }, NewImage: image } };
}

const handle = (Records: DynamoDBRecord[]) =>
  asInstance(running.service, () => handler({ Records }, {} as Context, {} as never)) as ReturnType<typeof handler>;

const waiting = () =>
  [...running.store.tables.outbox.values()].filter(({ pending }) => pending).map(({ event }) => event.id);
const onBus = () => bus.events().map(({ detail }) => (detail as { id: string }).id);
const failures = (ids: readonly string[]) => ({
  batchItemFailures: ids.map((id) => ({ itemIdentifier: `seq-${id}` })),
});

describe('an event from the outbox’s stream', () => {
  test('is published on the bus with its own id, and marked as published', async () => {
    const events = eventsUpTo(25);
    await putAll(events);
    expect(await handle(events.map((event) => recordOf(event)))).toEqual(failures([]));
    expect(onBus()).toEqual(events.map(({ id }) => id));
    expect(bus.events()[3]).toMatchObject({
      source: 'astake-lookup',
      detailType: 'RecordChanged',
      time: expect.stringContaining('2026-11-24T10:00:00'),
      // Rule FEED-6.
      detail: {
        id: eventOf(3).id,
        cursor: expect.stringMatching(/^4\.[0-9a-f]{16}$/),
        type: 'RecordChanged',
        at,
        ref: { kind: 'account', id: '3' },
        collection: null,
        accounts: ['3'],
        block: null,
        cause: 'sync',
        sequence: 1,
        fields: ['total'],
        detail: {},
      },
    });
    expect(waiting()).toEqual([]);
    expect(running.service.telemetry.counts()).toMatchObject({ EventPublished: 25 });
  });

  test('that is delivered again is not published again once it is marked, nor one that is gone', async () => {
    await putAll(eventsUpTo(1));
    for (const _ of [1, 2]) expect(await handle([recordOf(eventOf(0)), recordOf(eventOf(0))])).toEqual(failures([]));
    expect(await handle([recordOf(eventOf(1))])).toEqual(failures([]));
    expect(onBus()).toEqual([eventOf(0).id]);
  });

  test('that has no place in the log is neither published nor marked: the stream delivers it again (rule FEED-3)', async () => {
    await putAll(eventsUpTo(2));
    meanwhile = (name) => {
      if (name === 'changes.append') throw new StoreUnavailable('no table');
    };
    expect(await handle([recordOf(eventOf(0)), recordOf(eventOf(1))])).toEqual(
      failures([eventOf(0).id, eventOf(1).id]),
    );
    expect(onBus()).toEqual([]);
    expect(waiting()).toEqual([eventOf(0).id, eventOf(1).id]);
    meanwhile = undefined;
    expect(await handle([recordOf(eventOf(0)), recordOf(eventOf(1))])).toEqual(failures([]));
    expect(onBus()).toEqual([eventOf(0).id, eventOf(1).id]);
  });

  test('is ignored when the record was changed or removed', async () => {
    const { dynamodb } = recordOf(eventOf(1));
    expect(await handle([recordOf(eventOf(0), 'MODIFY'), { eventName: 'REMOVE', dynamodb: { ...dynamodb } }])).toEqual(
      failures([]),
    );
    expect(onBus()).toEqual([]);
  });

  test('comes again as a whole batch where a record has no sequence number by which to report it', async () => {
    await putAll(eventsUpTo(1));
    await expect(handle([recordOf(eventOf(0)), { eventName: 'INSERT' }])).rejects.toThrow('no sequence number');
    expect(onBus()).toEqual([eventOf(0).id]);
  });

  test('fails alone when it cannot be read', async () => {
    await putAll(eventsUpTo(2));
    const bad: DynamoDBRecord[] = [
      { eventName: 'INSERT', dynamodb: { SequenceNumber: 'seq-none', NewImage: {} } },
      {
        eventName: 'INSERT',
        dynamodb: {
          SequenceNumber: 'seq-torn',
          NewImage: { ...recordOf(eventOf(0)).dynamodb?.NewImage, detail: { S: '{"a":' } },
        },
      },
    ];
    const got = await handle([recordOf(eventOf(0)), ...bad, recordOf(eventOf(1))]);
    expect(got).toEqual(failures(['none', 'torn']));
    expect(onBus()).toEqual([eventOf(0).id, eventOf(1).id]);
    expect(waiting()).toEqual([]);
  });

  test('whose published mark fails is not retried by the stream; the sweep publishes it again', async () => {
    await putAll(eventsUpTo(1));
    meanwhile = (name) => {
      if (name === 'outbox.published') throw new Error('no table');
    };
    expect(await handle([recordOf(eventOf(0))])).toEqual(failures([]));
    meanwhile = undefined;
    expect(waiting()).toEqual([eventOf(0).id]);
    running.pass(Date.parse(at) - Date.now() + 601_000);
    expect(await publishPending(running.service)).toBe(1);
    expect(onBus()).toEqual([eventOf(0).id, eventOf(0).id]);
    expect(waiting()).toEqual([]);
  });
});

describe('a bus that fails', () => {
  const mocked = () => mockClient(EventBridgeClient);
  let client: ReturnType<typeof mocked>;
  beforeEach(() => {
    client = mocked();
  });
  afterEach(() => client.restore());
  const taken = ({ Entries = [] }: PutEventsCommandInput) =>
    Entries.map(({ Detail = '' }) => JSON.parse(Detail).id as string);

  test('and refuses some events: these are delivered again, the others are published', async () => {
    const refused = new Set([eventOf(4).id, eventOf(17).id]);
    client.on(PutEventsCommand).callsFake((input: PutEventsCommandInput) => {
      const Entries = taken(input).map((id) =>
        refused.has(id) ? { ErrorCode: 'InternalFailure' } : { EventId: 'given' },
      );
      return { FailedEntryCount: Entries.filter(({ ErrorCode }) => ErrorCode).length, Entries };
    });
    const events = eventsUpTo(25);
    await putAll(events);
    expect(await handle(events.map((event) => recordOf(event)))).toEqual(failures([...refused]));
    expect(waiting()).toEqual([...refused]);
    const sizes = client.commandCalls(PutEventsCommand).map(({ args: [{ input }] }) => input.Entries?.length);
    expect(sizes).toEqual([10, 10, 5]);
    expect(running.service.telemetry.counts()).toMatchObject({ EventPublished: 23 });
  });

  test('and refuses some events for long: how many wait, and since when, is published', async () => {
    const gauges: Record<string, number> = {};
    const metrics = {
      ...running.service.metrics,
      gauge: (name: string, value: number) => void Object.assign(gauges, { [name]: value }),
    };
    client.on(PutEventsCommand).callsFake((input: PutEventsCommandInput) => {
      const Entries = taken(input).map((_, place) =>
        place < 2 ? { ErrorCode: 'InternalFailure' } : { EventId: 'one' },
      );
      return { FailedEntryCount: 2, Entries };
    });
    running.stopClock();
    const since = new Date(running.service.clock.now() - 700_000).toISOString();
    await putAll(eventsUpTo(9).map((event) => ({ ...event, at: since })));
    expect(await publishPending({ ...running.service, metrics })).toBe(7);
    expect(gauges).toMatchObject({ OutboxPending: 2, OutboxOldestSeconds: 700 });
    client.on(PutEventsCommand).callsFake(({ Entries = [] }: PutEventsCommandInput) => ({
      FailedEntryCount: 0,
      Entries: Entries.map(() => ({ EventId: 'one' })),
    }));
    expect(await publishPending({ ...running.service, metrics })).toBe(2);
    expect(gauges).toMatchObject({ OutboxPending: 0, OutboxOldestSeconds: 0 });
  });

  test('for one request: its ten events are delivered again', async () => {
    client.on(PutEventsCommand).callsFake((input: PutEventsCommandInput) => {
      if (taken(input).includes(eventOf(10).id)) throw new Error('ThrottlingException');
      return { FailedEntryCount: 0, Entries: taken(input).map(() => ({ EventId: 'given' })) };
    });
    const events = eventsUpTo(25);
    await putAll(events);
    const lost = events.slice(10, 20).map(({ id }) => id);
    expect(await handle(events.map((event) => recordOf(event)))).toEqual(failures(lost));
    expect(waiting()).toEqual(lost);
  });
});

describe('what the stream has lost (rule FEED-9)', () => {
  const lost = (number: number) => ({ ...eventOf(number), at: new Date(running.service.clock.now()).toISOString() });
  const look = () => asInstance(running.service, () => overdue({}, {} as Context, {} as never)) as Promise<unknown>;

  test('has its place and is published after at most sixteen looks, wherever in the outbox it is; a look without one costs one reading', async () => {
    const calls: string[] = [];
    meanwhile = (name) => void calls.push(name);
    const shards = new Set<number>();
    for (let number = 0; number < 40; number += 1) {
      const event = lost(number);
      shards.add(shardOf(event.id));
      await putAll([event]);
      expect(await look()).toEqual({ published: 0 });
      running.pass(60_001);
      let looks = 0;
      while (waiting().length > 0 && looks < 16) {
        calls.length = 0;
        const { published } = (await look()) as { published: number };
        if (published === 0) expect(calls.filter((name) => name.startsWith('outbox.'))).toEqual(['outbox.unpublished']);
        looks += 1;
      }
      expect([onBus().at(-1), waiting()]).toEqual([event.id, []]);
    }
    expect(shards.size).toBeGreaterThan(10);
    const { position } = await running.store.changes.head();
    const logged = await running.store.changes.read(0, position, running.service.clock.now());
    expect(logged.map(({ event }) => event.id)).toEqual(eventsUpTo(40).map(({ id }) => id));
  });

  test('brings with it all that was lost elsewhere, in order for each subject', async () => {
    const first = Array.from({ length: 30 }, (_, number) => lost(number));
    const second = first.map((event) => ({ ...event, id: event.id.replace(/1$/, '2') }));
    await putAll([...second, ...first]);
    running.pass(60_001);
    expect(await publishForgotten(shardOf(eventOf(7).id), running.service)).toBe(60);
    expect(waiting()).toEqual([]);
    const logged = await running.store.changes.read(0, 60, running.service.clock.now());
    const places = new Map(logged.map(({ event, position }) => [event.id, position]));
    for (const { id } of first) expect(places.get(id)).toBeLessThan(places.get(id.replace(/1$/, '2')) ?? 0);
  });
});

test('the sweep publishes events that are older than ten minutes, and no younger ones (rule CONFLICT-5)', async () => {
  const now = running.service.clock.now();
  const old = { ...eventOf(1), at: new Date(now - 601_000).toISOString() };
  const older = { ...eventOf(2), at: new Date(now - 86_400_000).toISOString() };
  const young = { ...eventOf(3), at: new Date(now - 599_000).toISOString() };
  await putAll([old, young, older]);
  expect(await publishPending(running.service)).toBe(2);
  expect(onBus()).toEqual([older.id, old.id]);
  expect(waiting()).toEqual([young.id]);
  expect(await publishPending(running.service)).toBe(0);
});
