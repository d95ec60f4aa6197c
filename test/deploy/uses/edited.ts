import assert from 'node:assert/strict';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { namePrefix } from '../../../lib/runtime/names.ts';
import { tableName } from '../../../lib/store/tables.ts';
import type { Deployment } from './use.ts';

/** Changes a record's value in the table, as no function does. Resolves with the record's id. */
export async function editRecord(
  { service, environment }: Pick<Deployment, 'service' | 'environment'>,
  isIt: (ref: string) => boolean,
  change: (value: string) => string,
): Promise<string> {
  const record = (await service.items('records')).find(({ ref }) => isIt(String(ref)));
  assert.ok(record, 'there is no such record');
  const value = change(String(record.value));
  assert.notEqual(value, record.value);
  await service.dynamo.send(
    new UpdateCommand({
      TableName: tableName(namePrefix(environment), 'records'),
      Key: { ref: record.ref },
      UpdateExpression: 'SET #value = :value',
      ExpressionAttributeNames: { '#value': 'value' },
      ExpressionAttributeValues: { ':value': value },
    }),
  );
  return String(record.ref).replace(/^\w+#/, '');
}
