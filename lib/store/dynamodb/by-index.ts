import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { batchGet } from './batch-get.ts';
import type { Dynamo } from './client.ts';
import { namesIn, valuesIn } from './expression.ts';

export interface Condition {
  readonly table: string;
  readonly index: string;
  readonly condition: string;
  /** Those are sent that the condition names. */
  readonly values: Record<string, unknown>;
}

export interface KeyQuery extends Condition {
  readonly newestFirst: boolean;
  /** How many keys are read at once. */
  readonly pageSize: number;
  /** Keys of index and table of the item behind which it goes on. */
  readonly start?: Record<string, unknown> | undefined;
}

/** At most 100 on a page. */
export interface IndexQuery extends KeyQuery {
  /** The table's own key attributes, by which items are read. */
  readonly key: readonly string[];
}

/**
 * Items in the order of an index, a page at a time. An index holds keys and lags behind: each item is read from its table,
 * consistently, and may have changed, even so that it belongs elsewhere by now; those that are gone are left out.
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

/** What the index itself holds, in its order: keys of index and table, a page at a time. */
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

/** How many the index holds. */
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
