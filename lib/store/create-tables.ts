import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBServiceException,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { Dynamo } from './dynamodb/client.ts';
import { type Key, type KeyAttribute, type Table, tableName, tableNames, tables } from './tables.ts';

/** Creates the tables on a local engine, where they exist at once; existing tables stay as they are. */
export async function createTables(dynamo: Dynamo, prefix: string): Promise<void> {
  for (const name of tableNames) await createTable(dynamo, tableName(prefix, name), tables[name]);
}

async function createTable(dynamo: Dynamo, name: string, table: Table): Promise<void> {
  try {
    await dynamo.send(new CreateTableCommand(described(name, table)));
  } catch (error) {
    if (error instanceof ResourceInUseException) return;
    throw error;
  }
  if (table.ttl !== undefined) await enableTtl(dynamo, name, table.ttl);
}

/** Removing expired items is housekeeping: an engine that cannot do it is good enough. */
async function enableTtl(dynamo: Dynamo, name: string, attribute: string): Promise<void> {
  const TimeToLiveSpecification = { AttributeName: attribute, Enabled: true };
  try {
    await dynamo.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
  } catch (error) {
    if (!(error instanceof DynamoDBServiceException)) throw error;
  }
}

const described = (name: string, table: Table): CreateTableCommandInput => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: attributesOf([table, ...(table.indexes ?? [])]),
  KeySchema: schemaOf(table),
  ...(table.indexes && {
    GlobalSecondaryIndexes: table.indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: schemaOf(index),
      Projection: { ProjectionType: 'KEYS_ONLY' as const },
    })),
  }),
  ...(table.stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: table.stream } }),
});

const schemaOf = ({ partition, sort }: Key) => [
  { AttributeName: partition.name, KeyType: 'HASH' as const },
  ...(sort ? [{ AttributeName: sort.name, KeyType: 'RANGE' as const }] : []),
];

const attributesOf = (keys: readonly Key[]) => {
  const attributes = keys.flatMap(({ partition, sort }): KeyAttribute[] => (sort ? [partition, sort] : [partition]));
  const byName = new Map(attributes.map(({ name, type }) => [name, type]));
  return [...byName].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
};
