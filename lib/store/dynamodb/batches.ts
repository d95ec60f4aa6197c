import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { StoreUnavailable } from '../../domain/errors.ts';
import type { Dynamo } from './client.ts';

type Key = Readonly<Record<string, unknown>>;

const batchSize = 100;
const batchesAtOnce = 4;
/** Rounds in a row without any item. A batch above 16 MB takes several rounds, each with some items, and does not fail. */
const emptyRounds = 5;
const writesAtOnce = 16;

/** The items with these keys, as far as they exist, in no order; consistent (rules CLAIM-1 and FOLLOW-4). No key may be named twice. */
export async function batchGet<Item>(dynamo: Dynamo, table: string, keys: readonly Key[]): Promise<Item[]> {
  const batches = batchesOf(keys, batchSize);
  return (await pLimit(batchesAtOnce).map(batches, (batch) => readBatch<Item>(dynamo, table, batch))).flat();
}

export const batchesOf = <Item>(items: readonly Item[], size: number): (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));

async function readBatch<Item>(dynamo: Dynamo, table: string, batch: readonly Key[]): Promise<Item[]> {
  const items: Item[] = [];
  let keys = batch.map((key): Record<string, unknown> => key);
  for (let empty = 0; ; ) {
    const request = { [table]: { Keys: keys, ConsistentRead: true } };
    const answer = await dynamo.send(new BatchGetCommand({ RequestItems: request }));
    const found = (answer.Responses?.[table] ?? []) as Item[];
    const left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    items.push(...found);
    if (left.length === 0) return items;
    empty = left.length < keys.length ? 0 : empty + 1;
    if (empty === emptyRounds) throw new StoreUnavailable(`the database left ${left.length} keys of a batch unread`);
    keys = left;
    await dynamo.backoff(empty);
  }
}

/** Writes each item, some at a time. The first failure ends it: writes that have not begun by then do not begin. */
export async function writeEach<Item>(items: readonly Item[], write: (item: Item) => Promise<unknown>): Promise<void> {
  const limit = pLimit(writesAtOnce);
  try {
    await limit.map(items, write);
  } finally {
    limit.clearQueue();
  }
}
