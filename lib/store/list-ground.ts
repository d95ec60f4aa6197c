import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactGetCommand } from '@aws-sdk/lib-dynamodb';
import { refKey } from '../domain/entity.ts';
import type { Listings } from '../domain/ports/listings.ts';
import { collectionKey, stateIn } from './collections.ts';
import { type DoubtsItem, doubtsOf, isUndoubted } from './doubts.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { progressKeys, progressOfItems } from './progress/chain-item.ts';
import { type RecordItem, recordFromItem } from './record-item.ts';
import { tableMark, tableName } from './tables.ts';

/** Of one request. */
const mostItems = 100;

type Item = Record<string, unknown> | undefined;

/** Rule COLLECT-9: a transaction of reads, so that nothing in it is older than anything else. */
export function createListGround(dynamo: Dynamo, prefix: string): Pick<Listings, 'ground'> {
  const tables = tableMark(prefix);
  const get = (table: Parameters<typeof tableName>[1]) => (Key: Record<string, unknown>) => ({
    Get: { TableName: tableName(prefix, table), Key },
  });

  return {
    async ground(packageHashes, layouts, now) {
      const parts = [
        progressKeys.map(get('progress')),
        packageHashes.map(collectionKey).map(get('progress')),
        layouts.map((ref) => ({ ref: refKey(ref) })).map(get('records')),
        packageHashes.map(doubtsOf).map(get('listings')),
      ];
      const TransactItems = parts.flat();
      if (TransactItems.length > mostItems) return undefined;
      const items = await readAtOnce(TransactItems);
      if (items === undefined) return undefined;
      const [progress = [], states = [], records = [], doubts = []] = parts.map(({ length }) =>
        items.splice(0, length),
      );
      return {
        progress: progressOfItems(
          progress.map((item) => item ?? {}),
          tables,
        ),
        states: packageHashes.map((hash, at) => stateIn(hash, states[at] as Parameters<typeof stateIn>[1])),
        layouts: records.map((item) => item && recordFromItem(item as RecordItem, tables)),
        undoubted: new Set(packageHashes.filter((_, at) => isUndoubted(doubts[at] as DoubtsItem | undefined, now))),
      };
    },
  };

  /** undefined: a write of one of the items is under way. */
  async function readAtOnce(
    TransactItems: NonNullable<ConstructorParameters<typeof TransactGetCommand>[0]>['TransactItems'],
  ): Promise<Item[] | undefined> {
    try {
      const { Responses = [] } = await dynamo.send(new TransactGetCommand({ TransactItems }));
      return Responses.map(({ Item: item }) => item);
    } catch (error) {
      if (error instanceof TransactionCanceledException) return undefined;
      throw error;
    }
  }
}
