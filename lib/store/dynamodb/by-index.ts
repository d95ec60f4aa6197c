import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { batchGet } from './batches.ts';
import type { Dynamo } from './client.ts';
import { namesIn, valuesIn } from './conditional.ts';

export interface Condition {
  readonly table: string;
  readonly index: string;
  readonly condition: string;
  /** Only those are sent that the condition names. */
  readonly values: Record<string, unknown>;
}

export interface KeyQuery extends Condition {
  readonly newestFirst: boolean;
  /** How many keys are read at once. */
  readonly pageSize: number;
  /** The keys, of index and table, of the item after which the query continues. */
  readonly start?: Record<string, unknown> | undefined;
}

/** A query for whole items, at most 100 on a page. */
export interface IndexQuery extends KeyQuery {
  /** The table's own key attributes, by which items are read. */
  readonly key: readonly string[];
}

/**
 * Items in the order of an index, a page at a time. An index holds keys only, and lags behind its table: each item is read from
 * the table, consistently. It may have changed since, so that it no longer belongs here; items that are gone are left out.
 */
export const byIndex = <Item>(dynamo: Dynamo, query: IndexQuery): AsyncGenerator<Item[]> =>
  itemsOf(dynamo, query, keysByIndex(dynamo, query));

/** A query whose condition takes one shard after another as `:shard`. */
export interface ShardedQuery extends IndexQuery {
  readonly shards: readonly string[];
  /** The sort key of the index, a text. */
  readonly sort: string;
}

/** The same, where the partitions of the index are shards: in the order of its sort key over all of them. */
export const byShards = <Item>(dynamo: Dynamo, query: ShardedQuery): AsyncGenerator<Item[]> =>
  itemsOf(dynamo, query, keysByShards(dynamo, query));

type Keys = Record<string, unknown>[];

async function* itemsOf<Item>(
  dynamo: Dynamo,
  { table, key }: IndexQuery,
  pages: AsyncIterable<Keys>,
): AsyncGenerator<Item[]> {
  const name = (item: Record<string, unknown>) => JSON.stringify(key.map((part) => item[part]));
  for await (const found of pages) {
    const keys = found.map((item) => Object.fromEntries(key.map((part) => [part, item[part]])));
    const items = await batchGet<Record<string, unknown>>(dynamo, table, keys);
    const byName = new Map(items.map((item) => [name(item), item]));
    const page = keys.map((one) => byName.get(name(one))).filter((item) => item !== undefined);
    if (page.length > 0) yield page as Item[];
  }
}

const shardsAtOnce = 8;

/** Merges the shards: at most one page of each is held. */
async function* keysByShards(dynamo: Dynamo, query: ShardedQuery): AsyncGenerator<Keys> {
  const { shards, sort, values, pageSize, newestFirst } = query;
  const sources = await pLimit(shardsAtOnce).map(shards, (shard) =>
    beginAt(keysByIndex(dynamo, { ...query, values: { ...values, ':shard': shard } })),
  );
  const sign = newestFirst ? -1 : 1;
  const placeOf = ({ keys, at }: Source) => String(keys[at]?.[sort]);
  let page: Keys = [];
  for (;;) {
    const first = sources
      .filter(({ keys, at }) => at < keys.length)
      .reduce<Source | undefined>(
        (least, other) =>
          least === undefined || sign * compareTexts(placeOf(other), placeOf(least)) < 0 ? other : least,
        undefined,
      );
    if (first === undefined) break;
    page.push(first.keys[first.at] as Keys[number]);
    first.at += 1;
    if (first.at === first.keys.length) await refill(first);
    if (page.length === pageSize) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

/** One shard: the page that is being merged, and how far it is. */
interface Source {
  readonly pages: AsyncGenerator<Keys>;
  keys: Keys;
  at: number;
}

async function beginAt(pages: AsyncGenerator<Keys>): Promise<Source> {
  const source: Source = { pages, keys: [], at: 0 };
  await refill(source);
  return source;
}

/** The next page that is not empty; none when the shard is at its end. */
async function refill(source: Source): Promise<void> {
  source.keys = [];
  source.at = 0;
  while (source.keys.length === 0) {
    const { done, value } = await source.pages.next();
    if (done) return;
    source.keys = value;
  }
}

/** As the engine orders texts: by their UTF-8 bytes, which for moments in ISO 8601 is the order of their characters. */
const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What the index itself holds, in its order: the keys of index and table, a page at a time. */
export async function* keysByIndex(dynamo: Dynamo, query: KeyQuery): AsyncGenerator<Keys> {
  let { start } = query;
  do {
    const answer = await dynamo.send(
      new QueryCommand({
        ...conditionOf(query),
        ScanIndexForward: !query.newestFirst,
        Limit: query.pageSize,
        ExclusiveStartKey: start,
      }),
    );
    yield answer.Items ?? [];
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
}

/** How many items the index holds. */
export async function countByIndex(dynamo: Dynamo, query: Condition): Promise<number> {
  let count = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const answer = await dynamo.send(
      new QueryCommand({ ...conditionOf(query), Select: 'COUNT', ExclusiveStartKey: start }),
    );
    count += answer.Count ?? 0;
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
  return count;
}

const conditionOf = ({ table, index, condition, values }: Condition) => ({
  TableName: table,
  IndexName: index,
  KeyConditionExpression: condition,
  ExpressionAttributeNames: namesIn(condition),
  ExpressionAttributeValues: valuesIn(values, condition),
});
