import { DeleteObjectCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { namePrefix } from '../../lib/runtime/names.ts';
import { type TableName, tableName, tableNames } from '../../lib/store/tables.ts';
import type { DeployedService } from './deployed-service.ts';
import { firstKeyName } from './first-key.ts';
import type { Server } from './server.ts';
import { keyOf, type Row } from './uses/rows.ts';
import type { Deployment } from './uses/use.ts';

/** No day has been signed. What the bucket keeps is locked there for those who may not bypass it. */
async function emptyHeads(service: DeployedService): Promise<void> {
  const s3 = new S3Client({ ...service.settings, forcePathStyle: true });
  const Bucket = service.output('data', 'HeadsBucketName');
  try {
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    for (const { Key, VersionId } of Versions)
      await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: true }));
  } finally {
    s3.destroy();
  }
}

/** The deployment as it was before its first use: no process that remembers anything, in the tables the first key alone, and no signed day. */
export async function freshly({ service, environment }: Deployment, server: Server): Promise<void> {
  await server.endProcessesOf(`${namePrefix(environment)}-`);
  await emptyHeads(service);
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
