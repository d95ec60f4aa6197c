import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { ChangeEvent } from '../domain/change-event.ts';
import type { Publisher } from '../domain/ports/outbox.ts';

const source = 'astake-lookup';

/** Publishes domain events on an EventBridge bus, at most ten in one call. The SDK client is loaded with the first call. */
export function createPublisher(busName: string): Publisher {
  let client: EventBridgeClient | undefined;
  return {
    async publish(events) {
      const { EventBridgeClient: Client, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
      client ??= new Client({ maxAttempts: 3, requestHandler: { connectionTimeout: 300, requestTimeout: 2_000 } });
      const Entries = events.map((event) => entryOf(event, busName));
      const { Entries: outcomes = [] } = await client.send(new PutEventsCommand({ Entries }));
      // One outcome per entry, in order. The bus has refused an entry whose outcome has no EventId.
      return { refused: events.filter((_, at) => outcomes[at]?.EventId === undefined).map(({ id }) => id) };
    },
  };
}

/** The detail contains the id of the event, by which a subscriber recognises a repeated event. */
const entryOf = (event: ChangeEvent, busName: string) => ({
  EventBusName: busName,
  Source: source,
  DetailType: event.type,
  Time: new Date(event.at),
  Detail: JSON.stringify(event),
});
