import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { busName } from '../../../lib/runtime/names.ts';
import { objectOf } from '../object-of.ts';
import { type Listening, readBody, servePrivately } from '../serve.ts';

/** An event as a subscriber gets it. */
export interface BusEvent {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly time: string;
  readonly detail: object;
}

export interface EventBus extends Listening {
  /** Lists the kept events, to anyone on this machine. */
  readonly eventsUrl: string;
  /** The last 1,000 events, newest last. */
  events(): readonly BusEvent[];
}

const maxKeptEvents = 1_000;
const requestLimit = 1024 * 1024;
const maxEntries = 10;

/**
 * EventBridge's PutEvents operation for the one bus of a local run. The SDK's client finds it by
 * AWS_ENDPOINT_URL_EVENTBRIDGE. There are no subscribers; GET `/events` lists the kept events.
 */
export async function startEventBus(): Promise<EventBus> {
  const events: BusEvent[] = [];
  const listening = await servePrivately(answer, ({ method }) => method === 'GET');
  const eventsUrl = new URL('/events', listening.url).href;
  return { ...listening, eventsUrl, events: () => [...events] };

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    if (message.method === 'GET') return list(response);
    const body = await readBody(message, requestLimit);
    if (message.headers['x-amz-target'] !== 'AWSEvents.PutEvents') return fail(response, 'UnknownOperationException');
    if (!body) return fail(response, 'ValidationException', `over ${requestLimit} bytes`);
    const entries = entriesOf(body.toString('utf8'));
    if (entries === undefined) return fail(response, 'SerializationException');
    if (entries.length === 0 || entries.length > maxEntries) {
      return fail(response, 'ValidationException', `expected 1 to ${maxEntries} entries, got ${entries.length}`);
    }
    const outcomes = entries.map(eventOf);
    const accepted = outcomes.filter((outcome) => 'id' in outcome);
    events.push(...accepted);
    events.splice(0, events.length - maxKeptEvents);
    respond(response, 200, {
      FailedEntryCount: outcomes.length - accepted.length,
      Entries: outcomes.map((outcome) => ('id' in outcome ? { EventId: outcome.id } : outcome)),
    });
  }

  function list(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(events));
  }
}

interface Entry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  /** Epoch seconds. */
  readonly Time?: number;
  readonly EventBusName?: string;
}

interface Refused {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

function eventOf({ Source, DetailType, Detail, Time, EventBusName }: Entry): BusEvent | Refused {
  const refused = (ErrorCode: string, ErrorMessage: string): Refused => ({ ErrorCode, ErrorMessage });
  const bus = busName('local');
  if (EventBusName?.replace(/^arn:.*:event-bus\//, '') !== bus) {
    return refused('InvalidArgument', `Unknown event bus "${EventBusName ?? 'default'}"; known event bus: ${bus}`);
  }
  if (!Source || !DetailType || !Detail) {
    return refused('InvalidArgument', 'Source, DetailType and Detail are required');
  }
  const detail = objectOf(Detail);
  if (detail === undefined) return refused('MalformedDetail', 'Detail is malformed');
  const time = new Date(Time === undefined ? Date.now() : Time * 1000).toISOString();
  return { id: randomUUID(), source: Source, detailType: DetailType, time, detail };
}

function entriesOf(text: string): readonly Entry[] | undefined {
  const { Entries } = (objectOf(text) ?? {}) as { Entries?: unknown };
  return Array.isArray(Entries) ? Entries : undefined;
}

function respond(response: ServerResponse, status: number, payload: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(payload));
}

const fail = (response: ServerResponse, type: string, message: string = type): void =>
  respond(response, 400, { __type: type, message });
