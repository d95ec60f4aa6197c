import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  collectionList,
  doubtfulList,
  type ListRow,
  listedAs,
  listPlace,
  listRows,
  ownerList,
  rowsOfPage,
} from '../domain/listing.ts';
import type { ListedRefs, Listings, ListPage } from '../domain/ports/listings.ts';
import type { SaveCondition } from '../domain/ports/records.ts';
import type { EntityRecord } from '../domain/record.ts';
import { createDoubts, putsOfDoubts } from './doubts.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { namesIn } from './dynamodb/conditional.ts';
import type { Put } from './dynamodb/transaction.ts';
import { createListGround } from './list-ground.ts';
import { tableName } from './tables.ts';
import { createTokenCounts } from './token-counts.ts';

interface ListItem {
  readonly list: string;
  readonly place: string;
  readonly id: string;
  /** Absent: the token of the collection is burnt. */
  readonly owner?: string;
  readonly height: number;
  readonly fork: number;
  readonly gone?: true;
  /** Of a row that is gone only. */
  readonly expiresAt?: number;
}

const keptSeconds = 7 * 86_400;

/** Rule COLLECT-1: for the transaction of the record, whose conditions decide whether the rows are written. */
export function putsOfLists(record: EntityRecord, compared: SaveCondition | undefined, prefix: string): Put[] {
  const rows = listRows(record.ref, listedAs(record), compared?.listed, record.block.height);
  const puts = rows.map((row) => ({
    TableName: tableName(prefix, 'listings'),
    Item: { ...toItem(row, record.checkedAt) },
  }));
  return [...puts, ...putsOfDoubts(rows, prefix)];
}

const toItem = ({ list, place, id, owner, height, fork, gone }: ListRow, at: string): ListItem => ({
  list,
  place,
  id,
  ...(owner !== null && { owner }),
  height,
  fork,
  ...(gone && { gone, expiresAt: Math.ceil(Date.parse(at) / 1000) + keptSeconds }),
});

const ofList = '#list = :list';
const ofPrefix = `${ofList} AND begins_with(#place, :prefix)`;
/** Of a search for doubtful tokens. */
const mostRequests = 5;

interface Places {
  readonly prefix?: string;
  readonly after?: string;
  readonly limit?: number;
}

export function createListings(dynamo: Dynamo, prefix: string): Listings {
  const TableName = tableName(prefix, 'listings');

  /** Rows of a list, those that are gone included, a request at a time. */
  async function* pagesOf(list: string, { prefix: start = '', after, limit }: Places) {
    // DynamoDB refuses a start outside the condition: one before the prefix is left out, and behind it there is nothing.
    if (after !== undefined && after > start && !after.startsWith(start)) return;
    const condition = start === '' ? ofList : ofPrefix;
    let from: Record<string, unknown> | undefined =
      after?.startsWith(start) === true ? { list, place: after } : undefined;
    let Limit = limit;
    do {
      const answer = await dynamo.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: condition,
          ExpressionAttributeNames: namesIn(condition),
          ExpressionAttributeValues: { ':list': list, ...(start !== '' && { ':prefix': start }) },
          Limit,
          ExclusiveStartKey: from,
        }),
      );
      yield (answer.Items ?? []) as ListItem[];
      from = answer.LastEvaluatedKey;
      // Rule COLLECT-5: most of it has gone.
      if (limit !== undefined) Limit = rowsOfPage;
    } while (from !== undefined);
  }

  async function page(kind: string, list: string, ids: ListPage & { readonly prefix?: string }): Promise<ListedRefs> {
    const { limit, after, prefix: idPrefix } = ids;
    const refs: EntityRecord['ref'][] = [];
    const changed = new Map<number, number>();
    let rows = 0;
    let end: string | undefined;
    const ended = (more: boolean): ListedRefs => ({
      ...{ refs, more, end },
      changed: [...changed].map(([fork, height]) => ({ fork, height })),
    });
    const places = {
      limit: limit + 1,
      ...(idPrefix !== undefined && { prefix: idPrefix }),
      ...(after !== undefined && { after: listPlace(after) }),
    };
    for await (const items of pagesOf(list, places)) {
      for (const { id, height, fork, gone } of items) {
        if ((!gone && refs.length === limit) || rows === rowsOfPage) return ended(true);
        rows += 1;
        end = id;
        changed.set(fork, Math.max(changed.get(fork) ?? 0, height));
        if (!gone) refs.push({ kind, id });
      }
    }
    return ended(false);
  }

  async function doubtful(packageHashes: readonly string[]): Promise<ReadonlySet<string>> {
    const asked = new Set(packageHashes);
    const found = new Set<string>();
    const [alone] = asked.size === 1 ? asked : [];
    let requests = 0;
    for await (const items of pagesOf(doubtfulList, { prefix: alone === undefined ? '' : `${alone}:` })) {
      for (const { id, gone } of items) if (!gone && asked.has(id.slice(0, 64))) found.add(id.slice(0, 64));
      requests += 1;
      if (found.size === asked.size) return found;
      if (requests === mostRequests) return asked;
    }
    return found;
  }

  return {
    ...createTokenCounts(dynamo, prefix),
    ...createListGround(dynamo, prefix),
    ...createDoubts(dynamo, prefix, { doubtful }),
    doubtful,
    byOwner: (kind, owner, ids) => page(kind, ownerList(kind, owner), ids),
    byCollection: (kind, packageHash, ids) => page(kind, collectionList(packageHash), ids),

    async *holdings(packageHash) {
      for await (const items of pagesOf(collectionList(packageHash), {})) {
        const there = items.filter(({ gone }) => !gone);
        if (there.length > 0) yield there.map(({ id, owner = null, height, fork }) => ({ id, owner, height, fork }));
      }
    },
  };
}
