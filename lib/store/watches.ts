import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { StateKey } from '../domain/block.ts';
import type { Watches } from '../domain/ports/watches.ts';
import { batchGet, writeEach } from './dynamodb/batches.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { namesIn, updatesOf } from './dynamodb/conditional.ts';
import { tableName } from './tables.ts';

/** In the place of a watcher: the presence item of a state key. Sync queries the rows of only those keys that have one. */
const presence = '!';

const raise = 'SET #expiresAt = :expiresAt';
/** Rule ITEM-2: the date is only ever raised, since another record or an earlier save relies on a later one. */
const absentOrEarlier = 'attribute_not_exists(#expiresAt) OR #expiresAt < :expiresAt';

const ofKey = '#stateKey = :key';

export function createWatches(dynamo: Dynamo, prefix: string): Watches {
  const TableName = tableName(prefix, 'watches');
  const update = updatesOf(dynamo, TableName);

  async function raiseExpiry(stateKey: string, watcher: string, expiresAt: number): Promise<void> {
    await update({ stateKey, watcher }, raise, absentOrEarlier, { ':expiresAt': expiresAt });
  }

  /** When each row expires, by its name; NaN for a row without a date. */
  async function expiriesOf(asked: readonly Row[]): Promise<ReadonlyMap<string, number>> {
    const distinct = [...new Map(asked.map((one) => [nameOf(one), one])).values()];
    const items = await batchGet<Row & { readonly expiresAt: unknown }>(dynamo, TableName, distinct);
    return new Map(items.map((item) => [nameOf(item), Number(item.expiresAt)]));
  }

  return {
    async put(watcher, keys, expiresAt) {
      const distinct = [...new Set(keys)];
      // Rules ITEM-2 and SAVE-1: no row before its presence item. Sync would not find the row, and the watch would never fire.
      await writeEach(distinct, (key) => raiseExpiry(key, presence, expiresAt));
      await writeEach(distinct, (key) => raiseExpiry(key, watcher, expiresAt));
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

    async missing(asked) {
      const rows = await expiriesOf(
        asked.flatMap(({ watcher, keys }) => keys.flatMap((key) => [row(key, watcher), row(key, presence)])),
      );
      return asked.map(({ watcher, keys, until }) => {
        const lasts = (one: Row) => (rows.get(nameOf(one)) ?? Number.NaN) >= until;
        return [...new Set(keys)].filter((key) => !lasts(row(key, watcher)) || !lasts(row(key, presence)));
      });
    },

    async *watchers(key) {
      // Rules FOLLOW-4 and TRACK-3: consistent, by the table's own key; expired rows count until the table removes them.
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
        const page = (answer.Items ?? [])
          .map(({ watcher }) => String(watcher))
          .filter((watcher) => watcher !== presence);
        if (page.length > 0) yield page;
        start = answer.LastEvaluatedKey;
      } while (start !== undefined);
    },
  };
}

type Row = { readonly stateKey: StateKey; readonly watcher: string };

const row = (stateKey: StateKey, watcher: string): Row => ({ stateKey, watcher });
const nameOf = ({ stateKey, watcher }: Row): string => JSON.stringify([stateKey, watcher]);
