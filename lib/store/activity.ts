import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Activity } from '../domain/activity.ts';
import type { ActivityPage, ActivityStore } from '../domain/ports/activity.ts';
import { writeEach } from './dynamodb/batches.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { namesIn } from './dynamodb/conditional.ts';
import { tableName } from './tables.ts';

interface ActivityItem {
  readonly list: string;
  readonly place: string;
  readonly role: Activity['role'];
  readonly account: string;
  readonly branch: number;
  readonly height: number;
  readonly block: string;
  readonly blockTime: string;
  readonly hash: string;
  readonly initiator: string;
  readonly cost: string;
  readonly errorMessage?: string;
  /** JSON text. */
  readonly transfer?: string;
}

/** Where a role is wanted that is rare, a page ends after so many rows: its cursor goes on. */
const rowsAtOnce = 400;
const requestsAtMost = 5;

const ofList = '#list = :list AND #place < :before';
const ofRole = '#role = :role';

export function createActivity(dynamo: Dynamo, prefix: string): ActivityStore {
  const TableName = tableName(prefix, 'activity');

  return {
    async put(activities) {
      const items = activities.flatMap((activity) =>
        listsOf(activity).map((list): Record<string, unknown> => ({ ...toItem(activity, list) })),
      );
      await writeEach(items, (Item) => dynamo.send(new PutCommand({ TableName, Item })));
    },

    async list(account, page) {
      const { limit, role } = page;
      const found: ActivityItem[] = [];
      let from: Record<string, unknown> | undefined;
      for (let requests = 0; requests < requestsAtMost; requests += 1) {
        const answer = await dynamo.send(
          new QueryCommand({
            TableName,
            ConsistentRead: true,
            ScanIndexForward: false,
            KeyConditionExpression: ofList,
            ...(role !== undefined && { FilterExpression: ofRole }),
            ExpressionAttributeNames: namesIn(ofList, role === undefined ? '' : ofRole),
            ExpressionAttributeValues: {
              ':list': listOf(account, page.transferId),
              ':before': page.before,
              ...(role !== undefined && { ':role': role }),
            },
            Limit: role === undefined ? limit + 1 : rowsAtOnce,
            ExclusiveStartKey: from,
          }),
        );
        found.push(...((answer.Items ?? []) as ActivityItem[]));
        from = answer.LastEvaluatedKey;
        if (from === undefined || found.length > limit) break;
      }
      const items = found.slice(0, limit).map(fromItem);
      if (found.length > limit) return { items, last: items.at(-1)?.place };
      return { items, last: from === undefined ? undefined : String(from.place) };
    },
  };
}

const listOf = (account: string, transferId: ActivityPage['transferId']): string =>
  transferId === undefined ? account : `${account}#${transferId}`;

/** A transfer with an id is on two lists: an exchange finds a deposit by it among millions. */
const listsOf = ({ account, transfer }: Activity): string[] => [
  account,
  ...(transfer?.id == null ? [] : [listOf(account, transfer.id)]),
];

const toItem = (activity: Activity, list: string): ActivityItem => {
  const { account, role, block, fork, place, transfer, transaction } = activity;
  const { hash, initiator, cost, errorMessage } = transaction;
  return {
    ...{
      list,
      place,
      role,
      account,
      branch: fork,
      height: block.height,
      block: block.hash,
      blockTime: block.timestamp,
    },
    ...{ hash, initiator, cost },
    ...(errorMessage !== null && { errorMessage }),
    ...(transfer !== null && { transfer: JSON.stringify(transfer) }),
  };
};

const fromItem = (item: ActivityItem): Activity => ({
  account: item.account,
  role: item.role,
  block: { height: item.height, hash: item.block, timestamp: item.blockTime },
  fork: item.branch,
  transaction: {
    hash: item.hash,
    initiator: item.initiator,
    cost: item.cost,
    errorMessage: item.errorMessage ?? null,
  },
  transfer: item.transfer === undefined ? null : JSON.parse(item.transfer),
  place: item.place,
});
