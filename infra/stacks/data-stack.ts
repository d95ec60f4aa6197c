import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { namePrefix } from '../../lib/runtime/names.ts';
import { type KeyAttribute, type Table, type TableName, tableName, tables } from '../../lib/store/tables.ts';
import { type Environment, environments } from '../environments.ts';
import type { HeadStore } from './grants.ts';

export type StreamArns = Readonly<Partial<Record<TableName, string>>>;

export interface DataStackProps extends StackProps {
  readonly environment: Environment;
}

/** The tables. They have a stack of their own, so that everything else can be deleted and created again. */
export class DataStack extends Stack {
  /** ARNs of the tables' streams. An ARN contains the time of the stream's creation, so it cannot be derived from names. */
  readonly streams: StreamArns;
  readonly heads: HeadStore;

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
    this.heads = headStore(this, environment);
  }
}

/** Rule AUDIT-3: in compliance mode no principal, the account's root included, removes an object or shortens its retention. */
function headStore(stack: Stack, environment: Environment): HeadStore {
  const key = new Key(stack, 'heads-key', {
    description: `Signs the daily head digests of the audit trails: ${namePrefix(environment)}`,
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const bucket = new s3.Bucket(stack, 'heads', {
    versioned: true,
    objectLockEnabled: true,
    objectLockDefaultRetention: s3.ObjectLockRetention.compliance(
      Duration.days(environments[environment].headRetentionDays),
    ),
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: s3.BucketEncryption.S3_MANAGED,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason: 'Nothing in it is secret or can be changed; who has read it needs no log of its own.',
  });
  new CfnOutput(stack, 'HeadsBucketName', { value: bucket.bucketName });
  new CfnOutput(stack, 'HeadsKeyArn', { value: key.keyArn });
  return { bucketName: bucket.bucketName, bucketArn: bucket.bucketArn, keyArn: key.keyArn };
}

const keyOf = ({ partition, sort }: Pick<Table, 'partition' | 'sort'>) => ({
  partitionKey: attribute(partition),
  ...(sort !== undefined && { sortKey: attribute(sort) }),
});

const attribute = ({ name, type }: KeyAttribute): dynamodb.Attribute => ({
  name,
  type: type === 'S' ? dynamodb.AttributeType.STRING : dynamodb.AttributeType.NUMBER,
});
