import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { CostCounts } from '../../../infra/cost/counted.ts';
import type { Dynamo } from '../../../lib/store/dynamodb/client.ts';
import { type Table, type TableName, tableName, tableNames, tables } from '../../../lib/store/tables.ts';

/** What DynamoDB bills besides the bytes of an item, for the item itself and for its place in an index. */
const overhead = 100;
/** Records, trails and conflicts cannot be made again from the chain. */
const restorable: ReadonlySet<TableName> = new Set(['records', 'audit', 'conflicts']);

/** What all tables hold, as DynamoDB bills it. */
export async function storedBytes(dynamo: Dynamo, prefix: string): Promise<CostCounts['storedBytes']> {
  const sizes = { all: 0, restorable: 0 };
  for (const name of tableNames) {
    const size = await tableBytes(dynamo, tableName(prefix, name), tables[name]);
    sizes.all += size;
    if (restorable.has(name)) sizes.restorable += size;
  }
  return sizes;
}

/** The mean size of the table's items. */
export async function itemBytes(dynamo: Dynamo, TableName: string): Promise<number> {
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName }));
  return Items.reduce((sum, item) => sum + bytesOf(item, Object.keys(item)), 0) / Items.length;
}

async function tableBytes(dynamo: Dynamo, TableName: string, { indexes = [], partition, sort }: Table) {
  let bytes = 0;
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(new ScanCommand({ TableName, ExclusiveStartKey }));
    for (const item of page.Items ?? []) {
      const key = [partition, ...(sort ? [sort] : [])];
      bytes += overhead + bytesOf(item, Object.keys(item));
      for (const index of indexes) {
        if (item[index.partition.name] === undefined) continue;
        const names = [...key, index.partition, ...(index.sort ? [index.sort] : [])].map(({ name }) => name);
        bytes += overhead + bytesOf(item, names);
      }
    }
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return bytes;
}

const bytesOf = (item: Record<string, AttributeValue>, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + Buffer.byteLength(name) + valueBytes(item[name]), 0);

function valueBytes(value: AttributeValue | undefined): number {
  if (value === undefined) return 0;
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
  if (value.B !== undefined) return value.B.length;
  if (value.L !== undefined) return 3 + value.L.reduce((sum, each) => sum + 1 + valueBytes(each), 0);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + bytesOf(value.M, Object.keys(value.M));
  return 1;
}
