import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import type { Watches } from '../domain/service.ts';
import type { Dynamo } from './client.ts';
import { holds } from './conditional.ts';
import { namesIn } from './expression.ts';
import { tableName } from './tables.ts';

/** In a watcher's place: says that a state key has rows at all, so that sync need not query the many that have none. */
export const presence = '!';

const writesAtOnce = 16;

const raise = 'SET #expiresAt = :expiresAt';
/** Only ever raised: a later date stands, since somebody else relies on it. */
const absentOrEarlier = 'attribute_not_exists(#expiresAt) OR #expiresAt < :expiresAt';

export function createWatches(dynamo: Dynamo, prefix: string): Watches {
  async function raiseExpiry(stateKey: string, watcher: string, expiresAt: number): Promise<void> {
    const command = new UpdateCommand({
      TableName: tableName(prefix, 'watches'),
      Key: { stateKey, watcher },
      UpdateExpression: raise,
      ConditionExpression: absentOrEarlier,
      ExpressionAttributeNames: namesIn(raise),
      ExpressionAttributeValues: { ':expiresAt': expiresAt },
    });
    await holds(dynamo.send(command));
  }

  return {
    async put(watcher, keys, expiresAt) {
      const distinct = [...new Set(keys)];
      // No row before its presence item: a row that sync cannot find would be a watch that never fires.
      await together(distinct, (key) => raiseExpiry(key, presence, expiresAt));
      await together(distinct, (key) => raiseExpiry(key, watcher, expiresAt));
    },
  };
}

/** The first failure ends it: what has not begun by then is not begun any more. */
async function together<Item>(items: readonly Item[], write: (item: Item) => Promise<void>): Promise<void> {
  const limit = pLimit(writesAtOnce);
  try {
    await limit.map(items, write);
  } finally {
    limit.clearQueue();
  }
}
