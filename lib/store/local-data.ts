import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { isThere, type LocalData, localDigestOf, parsePlaceKey, placeKey } from '../domain/local-data.ts';
import type { LocalDataStore } from '../domain/ports/local-data.ts';
import { putOfEntry } from './audit.ts';
import { batchGet } from './dynamodb/batches.ts';
import type { Dynamo } from './dynamodb/client.ts';
import { onCondition, type Put, putTransaction } from './dynamodb/transaction.ts';
import { tableName } from './tables.ts';

const nothingThere = 'attribute_not_exists(#ref)';
const asBefore = ['#sequence = :before', '#auditHead = :head'];

export function createLocalData(dynamo: Dynamo, prefix: string): LocalDataStore {
  const TableName = tableName(prefix, 'local-data');

  const putOfData = (data: LocalData, before: LocalData | undefined): Put => ({
    TableName,
    Item: toItem(data),
    ...(before === undefined
      ? onCondition([nothingThere])
      : onCondition(asBefore, { ':before': before.sequence, ':head': before.auditHead })),
  });

  return {
    async find(place) {
      const Key = { ref: placeKey(place) };
      const { Item } = await dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return Item && localDataFromItem(Item as LocalItem);
    },

    async findMany(application, refs) {
      const keys = refs.map((ref) => placeKey({ application, ref }));
      const items = await batchGet<LocalItem>(
        dynamo,
        TableName,
        [...new Set(keys)].map((ref) => ({ ref })),
      );
      const found = new Map(items.map((item) => [item.ref, localDataFromItem(item)]));
      return keys.map((key) => found.get(key));
    },

    async change({ before, data, entry }) {
      // Rule LOCAL-2: data and entry in one transaction.
      const puts = [putOfData(data, before), putOfEntry(entry, prefix)];
      return (await putTransaction(dynamo, puts)) === undefined;
    },
  };
}

/** Local data as an item: flat, scalars only. */
interface StoredLocalData {
  /** `<application>#<kind>#<id>` */
  readonly ref: string;
  /** JSON text of an object; absent with `digest` once it was deleted. */
  readonly data?: string;
  readonly digest?: string;
  readonly sequence: number;
  readonly auditHead: string;
  readonly updatedAt: string;
}

type LocalItem = Readonly<Record<string, string | number | undefined>> & StoredLocalData;

const toItem = ({ place, text, digest, sequence, auditHead, updatedAt }: LocalData): LocalItem => ({
  ref: placeKey(place),
  ...(text !== null && digest !== null && { data: text, digest }),
  sequence,
  auditHead,
  updatedAt,
});

function localDataFromItem({ ref, data, digest, sequence, auditHead, updatedAt }: LocalItem): LocalData {
  const stored = {
    place: parsePlaceKey(ref),
    text: data ?? null,
    digest: digest ?? null,
    sequence,
    auditHead,
    updatedAt,
  };
  return isAsWritten(stored) ? stored : { ...stored, unreadable: true };
}

/** Rule LOCAL-4: a row that was changed outside this service is known by its digest. */
function isAsWritten(data: LocalData): boolean {
  if (!isThere(data)) return data.text === null && data.digest === null;
  try {
    return localDigestOf(data.text) === data.digest;
  } catch {
    return false;
  }
}
