import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { namePrefix } from '../../lib/runtime/names.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { type TableName, tableName, tableNames } from '../../lib/store/tables.ts';

type Item = Readonly<Record<string, unknown>>;

/** Every item of every table of a local run, with its table. */
export async function* storedItems(engine: string): AsyncGenerator<readonly [TableName, Item]> {
  const dynamo = createDynamo({ endpoint: engine });
  for (const table of tableNames) {
    for (let start: Item | undefined, more = true; more; more = start !== undefined) {
      const scan = { TableName: tableName(namePrefix('local'), table), ExclusiveStartKey: start };
      const { Items = [], LastEvaluatedKey } = await dynamo.send(new ScanCommand(scan));
      for (const item of Items) yield [table, item];
      start = LastEvaluatedKey;
    }
  }
  dynamo.destroy();
}
