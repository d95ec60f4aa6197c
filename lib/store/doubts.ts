import { randomUUID } from 'node:crypto';
import { doubtfulList, type ListRow, notedAgainMs, undoubtedMs } from '../domain/listing.ts';
import type { Listings } from '../domain/ports/listings.ts';
import { batchGet, writeEach } from './dynamodb/batches.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { onCondition, type Put, putTransaction } from './dynamodb/transaction.ts';
import { tableName } from './tables.ts';

/** What is noted of the doubts about one collection. */
export interface DoubtsItem {
  readonly list: string;
  readonly place: string;
  /** Another one each time that a token becomes doubtful; absent: none ever was. */
  readonly raised?: string;
  /** Milliseconds since the epoch: when no token was doubtful; absent: none was looked for since. */
  readonly settledAt?: number;
}

const placeOfDoubts = 'doubts';
export const doubtsOf = (packageHash: string) => ({ list: `doubts#${packageHash}`, place: placeOfDoubts });

export const isUndoubted = (item: DoubtsItem | undefined, now: number): boolean =>
  item?.settledAt !== undefined && now - item.settledAt < undoubtedMs;

/** Rule COLLECT-9: in the transaction that makes a token doubtful. */
export const putsOfDoubts = (rows: readonly ListRow[], prefix: string): Put[] =>
  rows
    .filter(({ list, gone }) => list === doubtfulList && !gone)
    .map(({ id }) => ({
      TableName: tableName(prefix, 'listings'),
      Item: { ...doubtsOf(id.slice(0, id.indexOf(':'))), raised: randomUUID() },
    }));

export function createDoubts(
  dynamo: Dynamo,
  prefix: string,
  { doubtful }: Pick<Listings, 'doubtful'>,
): Pick<Listings, 'settleDoubts'> {
  const TableName = tableName(prefix, 'listings');

  return {
    async settleDoubts(packageHashes, now) {
      const items = await batchGet<DoubtsItem>(dynamo, TableName, packageHashes.map(doubtsOf));
      const noted = new Map(items.map((item) => [item.list, item]));
      const of = (hash: string) => noted.get(doubtsOf(hash).list);
      const due = packageHashes.filter((hash) => now - (of(hash)?.settledAt ?? 0) >= notedAgainMs);
      if (due.length === 0) return;
      // After the notes: what is raised from now on replaces a note, so that none is settled unseen.
      const found = await doubtful(due);
      const free = due.filter((hash) => !found.has(hash));
      await writeEach(free, (hash) => {
        const raised = of(hash)?.raised;
        const condition = raised === undefined ? 'attribute_not_exists(#raised)' : '#raised = :raised';
        const Item = { ...doubtsOf(hash), ...(raised !== undefined && { raised }), settledAt: now };
        return putTransaction(dynamo, [{ TableName, Item, ...onCondition([condition], { ':raised': raised }) }]);
      });
    },
  };
}
