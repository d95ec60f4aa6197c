import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type EventBus, startEventBus } from '../../../../infra/local/aws/event-bus.ts';
import { busName } from '../../../../lib/runtime/names.ts';

let bus: EventBus;
let client: EventBridgeClient;

beforeEach(async () => {
  bus = await startEventBus();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new EventBridgeClient({ endpoint: bus.url, region: 'local', credentials, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await bus.close();
});

const entry = (parts: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  EventBusName: busName('local'),
  Source: 'astake-lookup',
  DetailType: 'RecordChanged',
  Detail: '{"id":"é"}',
  ...parts,
});
const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));

test("the SDK's client publishes events, which are kept in order", async () => {
  const Time = new Date('2026-11-24T10:00:00.000Z');
  const answer = await put(entry({ Time }), entry({ DetailType: 'ConflictOpened' }));
  expect(answer.FailedEntryCount).toBe(0);
  const ids = answer.Entries?.map(({ EventId }) => EventId);
  expect(bus.events()).toEqual([
    {
      id: ids?.[0],
      source: 'astake-lookup',
      detailType: 'RecordChanged',
      time: Time.toISOString(),
      detail: { id: 'é' },
    },
    expect.objectContaining({ id: ids?.[1], detailType: 'ConflictOpened' }),
  ]);
  expect(new Set(ids).size).toBe(2);
});

test.each<[string, Partial<PutEventsRequestEntry>]>([
  ['MalformedDetail', { Detail: '{"id"' }],
  ['MalformedDetail', { Detail: '[1]' }],
  ['InvalidArgument', { Source: '' }],
  ['InvalidArgument', { DetailType: undefined }],
  ['InvalidArgument', { EventBusName: undefined }],
  ['InvalidArgument', { EventBusName: busName('dev') }],
])('one entry is refused with %s, the others are accepted: %j', async (code, wrong) => {
  const answer = await put(entry(), entry(wrong), entry());
  expect(answer.FailedEntryCount).toBe(1);
  expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, code, undefined]);
  expect(bus.events()).toHaveLength(2);
  expect(await (await fetch(`${bus.url}/events`)).json()).toEqual(bus.events());
});

test('the bus is also found by its ARN', async () => {
  const EventBusName = `arn:aws:events:local:000000000000:event-bus/${busName('local')}`;
  expect((await put(entry({ EventBusName }))).FailedEntryCount).toBe(0);
});

test('a request with more than ten entries, or with none, is refused', async () => {
  await expect(put(...Array(11).fill(entry()))).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(put()).rejects.toMatchObject({ name: 'ValidationException' });
  expect(bus.events()).toEqual([]);
});

test('other operations are refused', async () => {
  const headers = { 'x-amz-target': 'AWSEvents.PutRule', 'content-type': 'application/x-amz-json-1.1' };
  const answer = await fetch(bus.url, { method: 'POST', headers, body: '{}' });
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { __type: 'UnknownOperationException', message: 'UnknownOperationException' },
  ]);
});

test('the newest 1,000 events are kept', async () => {
  const numbered = (from: number) =>
    Array.from({ length: 10 }, (_, index) => entry({ Detail: `{"n":${from + index}}` }));
  for (let from = 0; from < 1_010; from += 10) await put(...numbered(from));
  const kept = bus.events().map(({ detail }) => (detail as { n: number }).n);
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([1_000, 10, 1_009]);
});
