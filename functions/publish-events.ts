import { streamed } from '../lib/runtime/invocation.ts';
import { bringsEvent, eventIn } from '../lib/runtime/outbox-stream.ts';
import { dispatchNow } from '../lib/runtime/webhook-runner.ts';
import { publishEvents } from '../lib/usecases/events/publish-events.ts';

/** Publishes the new events of the outbox's stream, and has webhooks sent what is new. The stream delivers an event again when the bus refuses it. */
export const handler = streamed((service, records) => {
  const events = new Map(records.filter(bringsEvent).map((record) => [record, eventIn(record)]));
  const refused = publishEvents(
    [...events.values()].filter((event) => event !== undefined),
    service,
  ).then(async (ids) => {
    await dispatchNow(service);
    return ids;
  });
  return async (record) => {
    if (!events.has(record)) return;
    const event = events.get(record);
    if (event === undefined) throw new TypeError('the record does not contain an event');
    if ((await refused).has(event.id)) throw new Error(`the event bus refused ${event.id}`);
  };
});
