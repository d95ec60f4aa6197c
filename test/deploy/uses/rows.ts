import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { namePrefix } from '../../../lib/runtime/names.ts';
import { type Key, type TableName, tableName, tables } from '../../../lib/store/tables.ts';
import type { Deployment } from './use.ts';

export type Row = Readonly<Record<string, unknown>>;
type Place = Pick<Deployment, 'service' | 'environment'>;

/** Sets attributes of rows in a table, past the functions. */
export async function setRows(
  place: Place,
  table: TableName,
  isIt: (row: Row) => boolean,
  attributesOf: (row: Row) => Row,
): Promise<void> {
  for (const row of (await place.service.items(table)).filter(isIt)) await setRow(place, table, row, attributesOf(row));
}

/** Creates the row where there is none. `row` has its key. */
export async function setRow({ service, environment }: Place, table: TableName, row: Row, set: Row): Promise<void> {
  const names = Object.keys(set);
  await service.dynamo.send(
    new UpdateCommand({
      TableName: tableName(namePrefix(environment), table),
      Key: keyOf(table, row),
      UpdateExpression: `SET ${names.map((_, at) => `#n${at} = :v${at}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name, at) => [`#n${at}`, name])),
      ExpressionAttributeValues: Object.fromEntries(names.map((name, at) => [`:v${at}`, set[name]])),
    }),
  );
}

export async function deleteRows(
  { service, environment }: Place,
  table: TableName,
  isIt: (row: Row) => boolean,
): Promise<void> {
  const TableName = tableName(namePrefix(environment), table);
  for (const row of (await service.items(table)).filter(isIt))
    await service.dynamo.send(new DeleteCommand({ TableName, Key: keyOf(table, row) }));
}

export function keyOf(table: TableName, row: Row): Record<string, unknown> {
  const { partition, sort }: Key = tables[table];
  const names = [partition.name, ...(sort === undefined ? [] : [sort.name])];
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}
