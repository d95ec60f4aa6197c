import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { namePrefix } from '../../lib/runtime/names.ts';
import { type TableName, tableName, tableNames } from '../../lib/store/tables.ts';
import { firstKeyName } from './first-key.ts';
import type { Server } from './server.ts';
import { keyOf, type Row } from './uses/rows.ts';
import type { Deployment } from './uses/use.ts';

/** The deployment as it was before its first use: no process that remembers anything, and in the tables the first key alone. */
export async function freshly({ service, environment }: Deployment, server: Server): Promise<void> {
  await server.endProcessesOf(`${namePrefix(environment)}-`);
  const keys = (await service.items('keys')).filter(({ name }) => name === firstKeyName).map(({ id }) => `key#${id}`);
  const isKept = (table: TableName, { id, ref }: Row) =>
    (table === 'keys' && keys.includes(`key#${id}`)) || (table === 'audit' && keys.includes(String(ref)));
  await Promise.all(
    tableNames.map(async (table) => {
      const items = (await service.items(table)).filter((item) => !isKept(table, item));
      const TableName = tableName(namePrefix(environment), table);
      while (items.length > 0) {
        const requests = items.splice(0, 25).map((item) => ({ DeleteRequest: { Key: keyOf(table, item) } }));
        await service.dynamo.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
      }
    }),
  );
}
