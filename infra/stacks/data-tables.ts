import { type Stack, Validations } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { type KeyAttribute, type Table, type TableName, tableName, tables } from '../../lib/store/tables.ts';
import type { Settings } from '../environments.ts';
import { removalPolicyOf } from './removal-policy.ts';

/** ARNs of the tables' streams. An ARN contains the time of the stream's creation, so it cannot be derived from names. */
export type StreamArns = Readonly<Partial<Record<TableName, string>>>;

/** The tables of an environment, in one generation: `prefix` begins their names. */
export function dataTables(stack: Stack, settings: Settings, prefix: string): StreamArns {
  const { keepsData, tableUnits } = settings;
  const maxima = { maxReadRequestUnits: tableUnits.read, maxWriteRequestUnits: tableUnits.write };
  const streams: Partial<Record<TableName, string>> = {};
  for (const [name, definition] of Object.entries(tables) as [TableName, Table][]) {
    const table = new dynamodb.Table(stack, name, {
      tableName: tableName(prefix, name),
      ...keyOf(definition),
      ...(definition.ttl !== undefined && { timeToLiveAttribute: definition.ttl }),
      ...(definition.stream !== undefined && { stream: dynamodb.StreamViewType[definition.stream] }),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      ...maxima,
      encryption: definition.isDerived ? dynamodb.TableEncryption.DEFAULT : dynamodb.TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: !definition.isDerived },
      ...(definition.namesThrottledKeys && {
        contributorInsightsSpecification: { enabled: true, mode: dynamodb.ContributorInsightsMode.THROTTLED_KEYS },
      }),
      deletionProtection: keepsData,
      removalPolicy: removalPolicyOf(settings),
    });
    if (definition.isDerived)
      Validations.of(table).acknowledge({
        id: 'AwsSolutions-DDB3',
        reason:
          'It begins empty after a restore: nothing is lost with it, and what it held at another moment is not used.',
      });
    for (const index of definition.indexes ?? []) {
      table.addGlobalSecondaryIndex({
        indexName: index.name,
        ...keyOf(index),
        ...maxima,
        projectionType: dynamodb.ProjectionType.KEYS_ONLY,
      });
    }
    if (table.tableStreamArn === undefined) continue;
    streams[name] = table.tableStreamArn;
    // Also while the service uses another generation: an export cannot go before those that import it.
    stack.exportValue(table.tableStreamArn);
  }
  return streams;
}

const keyOf = ({ partition, sort }: Pick<Table, 'partition' | 'sort'>) => ({
  partitionKey: attribute(partition),
  ...(sort !== undefined && { sortKey: attribute(sort) }),
});

const attribute = ({ name, type }: KeyAttribute): dynamodb.Attribute => ({
  name,
  type: type === 'S' ? dynamodb.AttributeType.STRING : dynamodb.AttributeType.NUMBER,
});
