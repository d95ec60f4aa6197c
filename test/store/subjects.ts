import { DeleteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { createTables, type Engine, startEngine } from '../../infra/local/engine/engine.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { runsOnEngine } from '../support/runs-on-engine.ts';
import { beginsOutside } from './start-bounds.ts';

/** One write of a watch: a presence item once it was written, a row when its write begins. */
export interface WatchWrite {
  readonly what: 'presence' | 'row';
  readonly key: string;
}

/** A store under test, empty, and what the ports do not show. */
export interface Subject {
  readonly store: Store;
  readonly watchWrites: WatchWrite[];
  watchers(stateKey: string): Promise<Record<string, number>>;
  /** Removes a row, as the table removes what has expired. */
  drop(stateKey: string, watcher: string): Promise<void>;
}

export interface SubjectOptions {
  /** Writes that fail, with the message "refused". */
  refuse?(write: WatchWrite): boolean;
}

/** Runs a suite on both stores; `create` makes an empty one. */
export function onBoth(suite: (create: Backend['create']) => void): void {
  describe.each(runsOnEngine ? [memory, onEngine()] : [memory])('The store $name', (backend) => {
    beforeAll(() => backend.open());
    afterAll(() => backend.close());
    suite((options) => backend.create(options));
  });
}

interface Backend {
  readonly name: string;
  open(): Promise<void>;
  create(options?: SubjectOptions): Promise<Subject>;
  close(): Promise<void>;
}

const refuseNothing = () => false;

const memory: Backend = {
  name: 'in memory',
  async open() {},
  async close() {},
  async create({ refuse = refuseNothing } = {}) {
    const watchWrites: WatchWrite[] = [];
    const store = createMemoryStore({
      onCall(name, [key]) {
        if (name !== 'watches.presence' && name !== 'watches.row') return;
        const write: WatchWrite = { what: name === 'watches.presence' ? 'presence' : 'row', key: String(key) };
        if (refuse(write)) throw new Error('refused');
        watchWrites.push(write);
      },
    });
    return {
      store,
      watchWrites,
      watchers: async (stateKey) => Object.fromEntries(store.tables.watches.get(stateKey) ?? []),
      async drop(stateKey, watcher) {
        store.tables.watches.get(stateKey)?.delete(watcher);
      },
    };
  },
};

/** A fresh engine process per test file, fresh tables per test. */
function onEngine(): Backend {
  let engine: Engine;
  let prefixes = 0;
  return {
    name: 'on the engine',
    async open() {
      engine = await startEngine();
    },
    close: () => engine.stop(),
    async create({ refuse = refuseNothing } = {}) {
      const prefix = `contract-${process.pid}-${++prefixes}`;
      const dynamo = createDynamo({ endpoint: engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 });
      await createTables(dynamo, prefix);
      const watchWrites: WatchWrite[] = [];
      dynamo.middlewareStack.add(
        (next) => async (args) => {
          if (beginsOutside(args.input)) throw new Error('the starting key is outside of the condition');
          const key = watchKeyOf(args.input);
          if (key === undefined) return next(args);
          const write: WatchWrite = { what: key.watcher === '!' ? 'presence' : 'row', key: key.stateKey };
          if (refuse(write)) throw new Error('refused');
          if (write.what === 'row') watchWrites.push(write);
          const answer = await next(args);
          if (write.what === 'presence') watchWrites.push(write);
          return answer;
        },
        { name: 'watchedAndStrict', step: 'initialize', priority: 'high' },
      );
      return {
        store: createStore(dynamo, prefix),
        watchWrites,
        async watchers(stateKey) {
          const answer = await dynamo.send(
            new QueryCommand({
              TableName: `${prefix}-watches`,
              KeyConditionExpression: 'stateKey = :key',
              ExpressionAttributeValues: { ':key': stateKey },
            }),
          );
          return Object.fromEntries((answer.Items ?? []).map(({ watcher, expiresAt }) => [watcher, expiresAt]));
        },
        async drop(stateKey, watcher) {
          await dynamo.send(new DeleteCommand({ TableName: `${prefix}-watches`, Key: { stateKey, watcher } }));
        },
      };
    },
  };
}

/** The key of a write to the watches, in either of the two forms in which the document client passes it on. */
function watchKeyOf(input: object): { stateKey: string; watcher: string } | undefined {
  const { Key, UpdateExpression } = input as {
    Key?: Record<string, string | { S: string }>;
    UpdateExpression?: string;
  };
  if (UpdateExpression === undefined || Key?.stateKey === undefined || Key.watcher === undefined) return undefined;
  const plain = (part: string | { S: string }) => (typeof part === 'string' ? part : part.S);
  return { stateKey: plain(Key.stateKey), watcher: plain(Key.watcher) };
}

/** The items of all pages. */
export async function allOf<Item>(pages: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}
