import type { Listings } from '../domain/ports/listings.ts';
import type { TokenCounts } from '../domain/token-counts.ts';
import { batchGet, writeEach } from './dynamodb/batches.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { onCondition, putTransaction } from './dynamodb/transaction.ts';
import { tableName } from './tables.ts';

interface CountItem {
  readonly list: string;
  readonly place: string;
  /** JSON text. */
  readonly counts: string;
}

interface TouchItem {
  readonly list: string;
  readonly place: string;
  readonly fork: number;
  readonly height: number;
}

const listOf = (packageHash: string): string => `counts#${packageHash}`;
const countsOf = (packageHash: string) => ({ list: listOf(packageHash), place: 'kept' });
const touchOf = (packageHash: string) => ({ list: listOf(packageHash), place: 'touched' });

const isLater = '(attribute_not_exists(#fork) OR #fork < :fork OR (#fork = :fork AND #height < :height))';

/** Rule COLLECT-6. */
export function createTokenCounts(dynamo: Dynamo, prefix: string): Pick<Listings, 'counts' | 'keepCounts' | 'touch'> {
  const TableName = tableName(prefix, 'listings');

  return {
    async counts(packageHashes) {
      const keys = [...new Set(packageHashes)].flatMap((hash) => [countsOf(hash), touchOf(hash)]);
      const items = await batchGet<CountItem | TouchItem>(dynamo, TableName, keys);
      const at = ({ list, place }: { readonly list: string; readonly place: string }) =>
        items.find((item) => item.list === list && item.place === place);
      return packageHashes.map((packageHash) => {
        const kept = at(countsOf(packageHash)) as CountItem | undefined;
        const touched = at(touchOf(packageHash)) as TouchItem | undefined;
        return {
          packageHash,
          counts: kept === undefined ? null : (JSON.parse(kept.counts) as TokenCounts),
          touched: touched === undefined ? null : { fork: touched.fork, height: touched.height },
        };
      });
    },

    async keepCounts(counts) {
      const item: CountItem = { ...countsOf(counts.packageHash), counts: JSON.stringify(counts) };
      await putTransaction(dynamo, [{ TableName, Item: { ...item } }]);
    },

    touch: (packageHashes, { fork, height }) =>
      writeEach(packageHashes, (hash) => {
        const item: TouchItem = { ...touchOf(hash), fork, height };
        const condition = onCondition([isLater], { ':fork': fork, ':height': height });
        return putTransaction(dynamo, [{ TableName, Item: { ...item }, ...condition }]);
      }),
  };
}
