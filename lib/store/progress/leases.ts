import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { refusalOf, updatesOf, wasSentAgain } from '../dynamodb/conditional.ts';
import { namesIn } from '../dynamodb/expression.ts';
import { tableName } from '../tables.ts';

const neverTaken = 'attribute_not_exists(#name)';
const ended = '#until <= :now';
export const free = [neverTaken, ended].join(' OR ');
const ownLease = '#owner = :owner';
const endNow = 'SET #until = :ended';
const leaseKey = (name: string) => ({ name: `lease#${name}` });

/** Leases by name, each an item that the table drops some time after it has ended. */
export function createLeases(
  dynamo: Dynamo,
  prefix: string,
): Pick<ProgressStore, 'takeLease' | 'endLease' | 'leasedUntil'> {
  const TableName = tableName(prefix, 'progress');
  const update = updatesOf(dynamo, TableName);

  return {
    async takeLease(name, owner, now, until) {
      const command = new PutCommand({
        TableName,
        Item: { ...leaseKey(name), owner, until, expiresAt: Math.ceil(until / 1000) },
        ConditionExpression: free,
        ExpressionAttributeNames: namesIn(free),
        ExpressionAttributeValues: { ':now': now },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const refusal = await refusalOf(dynamo.send(command));
      if (refusal === undefined) return true;
      // A put whose answer was lost is sent again, and must not lose against itself.
      return wasSentAgain(refusal) && refusal.Item?.owner?.S === owner && Number(refusal.Item.until?.N) === until;
    },

    async endLease(name, owner) {
      await update(leaseKey(name), endNow, ownLease, { ':ended': 0, ':owner': owner });
    },

    async leasedUntil(name, now) {
      const { Item } = await dynamo.send(new GetCommand({ TableName, Key: leaseKey(name), ConsistentRead: true }));
      return Item !== undefined && Item.until > now ? Item.until : undefined;
    },
  };
}
