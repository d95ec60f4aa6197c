import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { collectionList, type ListRow, listedAs, listPlace, listRows, ownerList } from '../domain/listing.ts';
import type { ListedRefs, Listings, ListPage } from '../domain/ports/listings.ts';
import type { SaveCondition } from '../domain/ports/records.ts';
import type { EntityRecord } from '../domain/record.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { namesIn } from './dynamodb/conditional.ts';
import type { Put } from './dynamodb/transaction.ts';
import { tableName } from './tables.ts';

interface ListItem {
  readonly list: string;
  readonly place: string;
  readonly id: string;
  /** Absent: the token of the collection is burnt. */
  readonly owner?: string;
  readonly gone?: true;
  /** Of a row that is gone only. */
  readonly expiresAt?: number;
}

const keptSeconds = 7 * 86_400;

/** Rule COLLECT-1: for the transaction of the record, whose conditions decide whether the rows are written. */
export const putsOfLists = (record: EntityRecord, compared: SaveCondition | undefined, prefix: string): Put[] =>
  listRows(record.ref, listedAs(record), compared?.listed).map((row) => ({
    TableName: tableName(prefix, 'listings'),
    Item: { ...toItem(row, record.checkedAt) },
  }));

const toItem = ({ list, place, id, owner, gone }: ListRow, at: string): ListItem => ({
  list,
  place,
  id,
  ...(owner !== null && { owner }),
  ...(gone && { gone, expiresAt: Math.ceil(Date.parse(at) / 1000) + keptSeconds }),
});

const ofList = '#list = :list';
const ofPrefix = `${ofList} AND begins_with(#place, :prefix)`;
const there = 'attribute_not_exists(#gone)';

export function createListings(dynamo: Dynamo, prefix: string): Listings {
  const TableName = tableName(prefix, 'listings');

  /** Rows of a list, a request at a time. */
  async function* pagesOf(list: string, places: { readonly prefix?: string; readonly after?: string; limit?: number }) {
    const { prefix: start = '', after } = places;
    // DynamoDB refuses a start outside the condition: one before the prefix is left out, and behind it there is nothing.
    if (after !== undefined && after > start && !after.startsWith(start)) return;
    const condition = start === '' ? ofList : ofPrefix;
    let from: Record<string, unknown> | undefined =
      after?.startsWith(start) === true ? { list, place: after } : undefined;
    do {
      const answer = await dynamo.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: condition,
          FilterExpression: there,
          ExpressionAttributeNames: namesIn(condition, there),
          ExpressionAttributeValues: { ':list': list, ...(start !== '' && { ':prefix': start }) },
          Limit: places.limit,
          ExclusiveStartKey: from,
        }),
      );
      yield (answer.Items ?? []) as ListItem[];
      from = answer.LastEvaluatedKey;
    } while (from !== undefined);
  }

  async function page(kind: string, list: string, ids: ListPage & { readonly prefix?: string }): Promise<ListedRefs> {
    const { limit, after, prefix: idPrefix } = ids;
    const rows: ListItem[] = [];
    const places = {
      limit: limit + 1,
      ...(idPrefix !== undefined && { prefix: idPrefix }),
      ...(after !== undefined && { after: listPlace(after) }),
    };
    for await (const items of pagesOf(list, places)) {
      rows.push(...items);
      if (rows.length > limit) break;
    }
    return { refs: rows.slice(0, limit).map(({ id }) => ({ kind, id })), more: rows.length > limit };
  }

  return {
    byOwner: (kind, owner, ids) => page(kind, ownerList(kind, owner), ids),
    byCollection: (kind, packageHash, ids) => page(kind, collectionList(packageHash), ids),
    async *holdings(packageHash) {
      for await (const items of pagesOf(collectionList(packageHash), {}))
        if (items.length > 0) yield items.map(({ id, owner = null }) => ({ id, owner }));
    },
  };
}
