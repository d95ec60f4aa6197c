import { QueryCommand } from '@aws-sdk/lib-dynamodb';
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
export async function* byIndex<Item>(dynamo: Dynamo, query: IndexQuery): AsyncGenerator<Item[]> {
  const { table, key } = query;
  const name = (item: Record<string, unknown>) => JSON.stringify(key.map((part) => item[part]));
  for await (const found of keysByIndex(dynamo, query)) {
    const keys = found.map((item) => Object.fromEntries(key.map((part) => [part, item[part]])));
    const items = await batchGet<Record<string, unknown>>(dynamo, table, keys);
    const byName = new Map(items.map((item) => [name(item), item]));
    const page = keys.map((one) => byName.get(name(one))).filter((item) => item !== undefined);
    if (page.length > 0) yield page as Item[];
  }
}

/** What the index itself holds, in its order: the keys of index and table, a page at a time. */
export async function* keysByIndex(dynamo: Dynamo, query: KeyQuery): AsyncGenerator<Record<string, unknown>[]> {
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
