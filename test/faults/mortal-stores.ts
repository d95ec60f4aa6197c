import { createTables, type Engine } from '../../infra/local/engine/engine.ts';
import { createDynamo, type Dynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import type { Mortal } from './mortal.ts';

let opened = 0;

/** The store, whole, and as processes use it that may be killed. */
export async function openStores(engine: Engine | undefined) {
  if (engine === undefined) {
    const { tables: _, ...whole } = createMemoryStore();
    return { whole, of: (mortal: Mortal) => storeOf(mortal, whole), close: () => undefined };
  }
  const prefix = `mortal-${++opened}`;
  const { endpoint } = engine;
  const clients: Dynamo[] = [];
  const client = () => {
    const dynamo = createDynamo({ endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
    clients.push(dynamo);
    return dynamo;
  };
  await createTables(client(), prefix);
  return {
    whole: createStore(client(), prefix),
    of: (mortal: Mortal) => createStore(throughEngine(mortal, client()), prefix),
    close: () => {
      for (const dynamo of clients) dynamo.destroy();
    },
  };
}

/** Each call of a port is a call of the store. */
function storeOf(mortal: Mortal, store: Store): Store {
  async function* pages(answer: AsyncIterator<unknown>): AsyncIterable<unknown> {
    for (;;) {
      const page = await mortal.call('store', () => answer.next());
      if (page.done) return;
      yield page.value;
    }
  }
  const port = (methods: object): object =>
    Object.fromEntries(
      Object.entries(methods).map(([name, method]) => [
        name,
        (...args: unknown[]) => {
          const isPaged = method.constructor.name === 'AsyncGeneratorFunction';
          return isPaged ? pages(method(...args)) : mortal.call('store', () => method(...args));
        },
      ]),
    );
  return Object.fromEntries(Object.entries(store).map(([name, methods]) => [name, port(methods)])) as unknown as Store;
}

/** Each request to the engine is a call of the store. */
function throughEngine(mortal: Mortal, dynamo: Dynamo): Dynamo {
  dynamo.middlewareStack.add((next) => (args) => mortal.call('store', () => next(args)), {
    name: 'mortal',
    step: 'deserialize',
    priority: 'high',
  });
  return dynamo;
}
