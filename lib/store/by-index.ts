import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { batchGet } from './batch-get.ts';
import type { Dynamo } from './client.ts';
import { namesIn } from './expression.ts';

export interface IndexQuery {
  readonly table: string;
  /** The table's own key attributes, by which items are read. */
  readonly key: readonly string[];
  readonly index: string;
  readonly condition: string;
  readonly values: Record<string, unknown>;
  readonly newestFirst: boolean;
  /** How many keys are read at once: at most 100. */
  readonly pageSize: number;
  /** Keys of index and table of the item behind which it goes on. */
  readonly start?: Record<string, unknown> | undefined;
}

/**
 * Items in the order of an index, a page at a time. An index holds keys and lags behind: each item is read from its table,
 * consistently, and may have changed, even so that it belongs elsewhere by now; those that are gone are left out.
 */
export async function* byIndex<Item>(dynamo: Dynamo, query: IndexQuery): AsyncGenerator<Item[]> {
  const { table, key, index, condition, values, newestFirst, pageSize } = query;
  let start = query.start;
  do {
    const answer = await dynamo.send(
      new QueryCommand({
        TableName: table,
        IndexName: index,
        KeyConditionExpression: condition,
        ExpressionAttributeNames: namesIn(condition),
        ExpressionAttributeValues: values,
        ScanIndexForward: !newestFirst,
        Limit: pageSize,
        ExclusiveStartKey: start,
      }),
    );
    const keys = (answer.Items ?? []).map((item) => Object.fromEntries(key.map((name) => [name, item[name]])));
    const name = (item: Record<string, unknown>) => JSON.stringify(key.map((part) => item[part]));
    const items = await batchGet<Record<string, unknown>>(dynamo, table, keys);
    const found = new Map(items.map((item) => [name(item), item]));
    const page = keys.map((one) => found.get(name(one))).filter((item) => item !== undefined);
    if (page.length > 0) yield page as Item[];
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
}
