import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import type { Watches } from '../domain/store.ts';
import { batchGet } from './batch-get.ts';
import type { Dynamo } from './client.ts';
import { updatesOf } from './conditional.ts';
import { namesIn } from './expression.ts';
import { tableName } from './tables.ts';

/** In a watcher's place: says that a state key has rows at all, so that sync need not query the many that have none. */
export const presence = '!';

const writesAtOnce = 16;

const raise = 'SET #expiresAt = :expiresAt';
/** Only ever raised: a later date stands, since somebody else relies on it. */
const absentOrEarlier = 'attribute_not_exists(#expiresAt) OR #expiresAt < :expiresAt';

const ofKey = '#stateKey = :key';

export function createWatches(dynamo: Dynamo, prefix: string): Watches {
  const TableName = tableName(prefix, 'watches');
  const update = updatesOf(dynamo, TableName);

  async function raiseExpiry(stateKey: string, watcher: string, expiresAt: number): Promise<void> {
    await update({ stateKey, watcher }, raise, absentOrEarlier, { ':expiresAt': expiresAt });
  }

  return {
    async put(watcher, keys, expiresAt) {
      const distinct = [...new Set(keys)];
      // No row before its presence item: a row that sync cannot find would be a watch that never fires.
      await together(distinct, (key) => raiseExpiry(key, presence, expiresAt));
      await together(distinct, (key) => raiseExpiry(key, watcher, expiresAt));
    },

    async present(keys) {
      const distinct = [...new Set(keys)];
      const items = await batchGet<{ readonly stateKey: string }>(
        dynamo,
        TableName,
        distinct.map((stateKey) => ({ stateKey, watcher: presence })),
      );
      const found = new Set(items.map(({ stateKey }) => stateKey));
      return distinct.filter((key) => found.has(key));
    },

    async *watchers(key) {
      let start: Record<string, unknown> | undefined;
      do {
        const answer = await dynamo.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: ofKey,
            ProjectionExpression: '#watcher',
            ExpressionAttributeNames: namesIn(ofKey, '#watcher'),
            ExpressionAttributeValues: { ':key': key },
            ConsistentRead: true,
            ExclusiveStartKey: start,
          }),
        );
        const page = (answer.Items ?? []).map(({ watcher }) => String(watcher)).filter((who) => who !== presence);
        if (page.length > 0) yield page;
        start = answer.LastEvaluatedKey;
      } while (start !== undefined);
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
