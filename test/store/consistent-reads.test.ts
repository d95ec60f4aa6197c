import { describe, expect, test } from '@jest/globals';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore, type Store } from '../../lib/store/store.ts';
import { allOf } from './subjects.ts';

interface Sent {
  readonly command: string;
  readonly table: string;
  readonly consistent: boolean | undefined;
  readonly index: string | undefined;
}

interface ReadInput {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly RequestItems?: Readonly<Record<string, { readonly ConsistentRead?: boolean }>>;
}

/** The reads as they are sent: the local engine is consistent anyway, so no answer of it would show the difference. */
function storeThatSends(): { readonly store: Store; readonly sent: Sent[] } {
  const dynamo = createDynamo({ endpoint: 'http://127.0.0.1:1' });
  const sent: Sent[] = [];
  dynamo.middlewareStack.add(
    (_next, { commandName }) =>
      async ({ input }) => {
        const { TableName = '', IndexName: index, ConsistentRead, RequestItems } = input as ReadInput;
        const isFirst = sent.length === 0;
        const reads = Object.entries(RequestItems ?? { [TableName]: { ConsistentRead } });
        for (const [table, { ConsistentRead: consistent }] of reads)
          sent.push({ command: String(commandName), table, consistent, index });
        // The first answer leaves something to ask for, so that the next page or round is seen too.
        const more = { UnprocessedKeys: RequestItems, LastEvaluatedKey: { stateKey: { S: 'k' }, watcher: { S: 'w' } } };
        return { output: { $metadata: {}, ...(isFirst && more) }, response: {} };
      },
    { name: 'answeredHere', step: 'build', priority: 'high' },
  );
  return { store: createStore(dynamo, 'reads'), sent };
}

describe('rules CLAIM-1, SAVE-2 and FOLLOW-4: a read that a claim rests on asks for consistency', () => {
  const ref = { kind: 'asset', id: 'a' };

  test.each<[string, string, string, number, (store: Store) => Promise<unknown>]>([
    ['a cache entry', 'GetItemCommand', 'cache', 1, ({ cache }) => cache.get(ref)],
    ['a record', 'GetItemCommand', 'records', 1, ({ records }) => records.get(ref)],
    ['many records', 'BatchGetItemCommand', 'records', 2, ({ records }) => records.getMany([ref])],
    ['presence items', 'BatchGetItemCommand', 'watches', 2, ({ watches }) => watches.present(['k'])],
    ['the watchers of a key', 'QueryCommand', 'watches', 2, ({ watches }) => allOf(watches.watchers('k'))],
    [
      'watches that are missing',
      'BatchGetItemCommand',
      'watches',
      2,
      ({ watches }) => watches.missing([{ watcher: 'asset#a', keys: ['k'], until: 1 }]),
    ],
    ["an owner's list", 'QueryCommand', 'listings', 2, ({ listings }) => listings.byOwner('asset', 'a', { limit: 1 })],
    ["a collection's list", 'QueryCommand', 'listings', 2, ({ listings }) => allOf(listings.holdings('a'))],
    ['doubtful tokens', 'QueryCommand', 'listings', 2, ({ listings }) => listings.doubtful(['a'])],
    ['counts of tokens', 'BatchGetItemCommand', 'listings', 2, ({ listings }) => listings.counts(['a'])],
    // Rule PROOF-3: an older one would be walked from again.
    ['the trusted switch block', 'GetItemCommand', 'progress', 1, ({ progress }) => progress.trust()],
    ['the progress items', 'BatchGetItemCommand', 'progress', 2, ({ progress }) => progress.read()],
  ])('%s', async (_what, command, table, times, read) => {
    const { store, sent } = storeThatSends();
    await read(store);
    // Rule FOLLOW-4: an index cannot be read consistently.
    const expected = { command, table: `reads-${table}`, consistent: true, index: undefined };
    expect(sent).toEqual(Array(times).fill(expected));
  });
});
