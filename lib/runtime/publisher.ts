import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { DomainEvent, Publisher } from '../domain/ports/outbox.ts';

const source = 'astake-lookup';

/** Puts domain events on an EventBridge bus, at most ten at a time. Its SDK client is loaded with the first of them. */
export function createPublisher(busName: string): Publisher {
  let client: EventBridgeClient | undefined;
  return {
    async publish(events) {
      const { EventBridgeClient: Client, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
      client ??= new Client({ maxAttempts: 3, requestHandler: { connectionTimeout: 300, requestTimeout: 2_000 } });
      const Entries = events.map((event) => entryOf(event, busName));
      const { Entries: outcomes = [] } = await client.send(new PutEventsCommand({ Entries }));
      // One outcome per entry, in order; whatever has no id of the bus's own was not taken.
      return { refused: events.filter((_, at) => outcomes[at]?.EventId === undefined).map(({ id }) => id) };
    },
  };
}

/** The id of the event goes along: a subscriber recognises a repeated event by it. */
const entryOf = ({ id, type, at, detail }: DomainEvent, busName: string) => ({
  EventBusName: busName,
  Source: source,
  DetailType: type,
  Time: new Date(at),
  Detail: JSON.stringify({ eventId: id, at, ...detail }),
});
