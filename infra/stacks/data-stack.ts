import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { namePrefix } from '../../lib/runtime/names.ts';
import { type KeyAttribute, type Table, type TableName, tableName, tables } from '../../lib/store/tables.ts';
import { type Environment, environments } from '../environments.ts';

export type StreamArns = Readonly<Partial<Record<TableName, string>>>;

export interface DataStackProps extends StackProps {
  readonly environment: Environment;
}

/** The tables. They have a stack of their own, so that everything else can be deleted and created again. */
export class DataStack extends Stack {
  /** ARNs of the tables' streams. An ARN contains the time of the stream's creation, so it cannot be derived from names. */
  readonly streams: StreamArns;

  constructor(scope: Construct, id: string, { environment, ...props }: DataStackProps) {
    super(scope, id, props);
    const { keepTables, protectTables } = environments[environment];
    const streams: Partial<Record<TableName, string>> = {};
    for (const [name, definition] of Object.entries(tables) as [TableName, Table][]) {
      const table = new dynamodb.Table(this, name, {
        tableName: tableName(namePrefix(environment), name),
        ...keyOf(definition),
        ...(definition.ttl !== undefined && { timeToLiveAttribute: definition.ttl }),
        ...(definition.stream !== undefined && { stream: dynamodb.StreamViewType[definition.stream] }),
        billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
        encryption: dynamodb.TableEncryption.AWS_MANAGED,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: protectTables,
        removalPolicy: keepTables ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      });
      for (const index of definition.indexes ?? []) {
        table.addGlobalSecondaryIndex({
          indexName: index.name,
          ...keyOf(index),
          projectionType: dynamodb.ProjectionType.KEYS_ONLY,
        });
      }
      if (table.tableStreamArn !== undefined) streams[name] = table.tableStreamArn;
    }
    this.streams = streams;
  }
}

const keyOf = ({ partition, sort }: Pick<Table, 'partition' | 'sort'>) => ({
  partitionKey: attribute(partition),
  ...(sort !== undefined && { sortKey: attribute(sort) }),
});

const attribute = ({ name, type }: KeyAttribute): dynamodb.Attribute => ({
  name,
  type: type === 'S' ? dynamodb.AttributeType.STRING : dynamodb.AttributeType.NUMBER,
});
