import { createTables, startEngine } from '../../infra/local/engine/engine.ts';
import type { DomainEvent } from '../../lib/domain/domain-event.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';
import { appendEvents } from '../../lib/usecases/events/append-events.ts';
import type { Row } from './row.ts';

const count = 2_000;
/** What the stream delivers at once. */
const batch = 100;
const at = '2026-01-01T00:00:00.000Z';
const metrics = { count() {}, gauge() {}, measure() {}, upstream() {} };

const events = Array.from(
  { length: count },
  (_, number): DomainEvent => ({
    id: `RecordChanged#account#${number}#1`,
    type: 'RecordChanged',
    at,
    detail: {
      ref: { kind: 'account', id: `${number}` },
      sequence: 1,
      cause: 'sync',
      fields: ['balance'],
      accounts: [],
    },
  }),
);

/** The sequencer on the local engine, against one bare write for each event, of the same batches. */
export async function feedSpeed(): Promise<Row> {
  const engine = await startEngine();
  const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
  try {
    await createTables(dynamo, 'bench');
    const store = createStore(dynamo, 'bench');
    const bare = await secondsOf((some) => Promise.all(some.map((event) => store.outbox.put(event))));
    const service = { ...store, metrics, clock: { now: () => Date.parse(at), steady: () => 0 } };
    const placed = await secondsOf((some) => appendEvents(some, service));
    return {
      bench: `${count} events get their place in the log, ${batch} at a time`,
      counts: 'wall time',
      figure: `${Math.round(count / placed)} a second`,
      against: `${Math.round(count / bare)} bare writes a second`,
      ratio: placed / bare,
      detail: 'each is two of the parts of a transaction: the row of the log, and the item of the outbox',
    };
  } finally {
    dynamo.destroy();
    await engine.stop();
  }
}

async function secondsOf(work: (some: readonly DomainEvent[]) => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  for (let done = 0; done < count; done += batch) await work(events.slice(done, done + batch));
  return (performance.now() - begun) / 1_000;
}
