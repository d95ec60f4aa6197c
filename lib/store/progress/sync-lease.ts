import type { ProgressStore } from '../../domain/ports/progress-store.ts';
import type { Dynamo } from '../dynamodb/client.ts';
import { updatesOf } from '../dynamodb/conditional.ts';
import { all } from '../dynamodb/expression.ts';
import { tableName } from '../tables.ts';
import { free } from './leases.ts';

/** Never expires: the next token must be higher than any before. */
const turn = { name: 'turn#sync' };

const take = 'SET #owner = :owner, #until = :until ADD #token :one';
const renew = 'SET #until = :until';
const own = all('#owner = :owner', '#token = :token');

/** Whose turn at sync it is: a lease with a token that rises by one with each taker. */
export function createSyncLease(
  dynamo: Dynamo,
  prefix: string,
): Pick<ProgressStore, 'acquireSyncLease' | 'renewSyncLease' | 'releaseSyncLease'> {
  const update = updatesOf(dynamo, tableName(prefix, 'progress'));
  const renewed = (owner: string, token: number, until: number) =>
    update(turn, renew, own, { ':owner': owner, ':token': token, ':until': until });

  return {
    async acquireSyncLease(owner, now, until) {
      const taken = await update(turn, take, free, { ':owner': owner, ':now': now, ':until': until, ':one': 1 });
      if (taken.made) return Number(taken.after.token);
      // A write whose answer was lost is sent again, and must not lose against itself.
      const isOwn = taken.there.owner?.S === owner && Number(taken.there.until?.N) === until;
      return taken.sentAgain && isOwn ? Number(taken.there.token?.N) : undefined;
    },

    renewSyncLease: async (owner, token, until) => (await renewed(owner, token, until)).made,

    releaseSyncLease: async (owner, token) => {
      await renewed(owner, token, 0);
    },
  };
}
