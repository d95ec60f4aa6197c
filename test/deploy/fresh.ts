import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { functionNames } from '../../infra/manifest.ts';
import { functionName, namePrefix } from '../../lib/runtime/names.ts';
import { type Key, tableName, tableNames, tables } from '../../lib/store/tables.ts';
import { firstKey } from './first-key.ts';
import type { Server } from './server.ts';
import type { Deployment } from './uses/use.ts';

/** The deployment as it was before its first use: empty tables, no process that remembers anything, a new key. */
export async function freshly(deployment: Deployment, server: Server): Promise<Deployment> {
  const { service, environment } = deployment;
  for (const name of functionNames) server.endProcessesOf(functionName(environment, name));
  for (const table of tableNames) {
    const { partition, sort }: Key = tables[table];
    const names = [partition.name, ...(sort === undefined ? [] : [sort.name])];
    const TableName = tableName(namePrefix(environment), table);
    const items = await service.items(table);
    while (items.length > 0) {
      const requests = items.splice(0, 25).map((item) => ({
        DeleteRequest: { Key: Object.fromEntries(names.map((name) => [name, item[name]])) },
      }));
      await service.dynamo.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
    }
  }
  return { ...deployment, operator: { authorization: `Bearer ${await firstKey(server, environment)}` } };
}
