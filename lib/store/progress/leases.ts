import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { latestEndOfLease } from '../../domain/lease.ts';
import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { all, namesIn, refusalOf, updatesOf, wasSentAgain } from '../dynamodb/conditional.ts';
import { tableName } from '../tables.ts';

const neverTaken = 'attribute_not_exists(#name)';
const ended = '#until <= :now';
const endsTooLate = '#until > :latest';
const free = [neverTaken, ended, endsTooLate].join(' OR ');

const ownLease = '#owner = :owner';
const endNow = 'SET #until = :ended';
const leaseKey = (name: string) => ({ name: `lease#${name}` });

/** Leases by name, each an item that the table drops some time after the lease has ended. */
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
        ExpressionAttributeValues: { ':now': now, ':latest': latestEndOfLease(until) },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      const refusal = await refusalOf(dynamo.send(command));
      if (refusal === undefined) return true;
      // A put whose first answer was lost, and that was sent again, must not lose against itself.
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

/** The item of the sync lease keeps the name of the first version. It never expires: the next token must be higher than all before. */
const syncLeaseKey = { name: 'turn#sync' };

const take = 'SET #owner = :owner, #until = :until ADD #token :one';
const renew = 'SET #until = :until';
const ownSyncLease = all('#owner = :owner', '#token = :token');

/** Rule FOLLOW-9: the sync lease has a fencing token, which rises by one with each runner that takes it. */
export function createSyncLease(
  dynamo: Dynamo,
  prefix: string,
): Pick<ProgressStore, 'acquireSyncLease' | 'renewSyncLease' | 'releaseSyncLease'> {
  const update = updatesOf(dynamo, tableName(prefix, 'progress'));
  const renewed = (owner: string, token: number, until: number) =>
    update(syncLeaseKey, renew, ownSyncLease, { ':owner': owner, ':token': token, ':until': until });

  return {
    async acquireSyncLease(owner, now, until) {
      const values = { ':owner': owner, ':now': now, ':until': until, ':latest': latestEndOfLease(until), ':one': 1 };
      const taken = await update(syncLeaseKey, take, free, values);
      if (taken.made) return Number(taken.after.token);
      // An update whose first answer was lost, and that was sent again, must not lose against itself.
      const isOwn = taken.there.owner?.S === owner && Number(taken.there.until?.N) === until;
      return taken.sentAgain && isOwn ? Number(taken.there.token?.N) : undefined;
    },

    renewSyncLease: async (owner, token, until) => (await renewed(owner, token, until)).made,

    releaseSyncLease: async (owner, token) => {
      await renewed(owner, token, 0);
    },
  };
}
