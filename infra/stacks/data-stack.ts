import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { namePrefix } from '../../lib/runtime/names.ts';
import type { Environment, Settings } from '../environments.ts';
import { dataTables, type StreamArns } from './data-tables.ts';
import { eventBus } from './event-bus.ts';
import type { HeadStore } from './grants.ts';
import { logGroups } from './log-groups.ts';

export interface DataStackProps extends StackProps {
  readonly environment: Environment;
  readonly settings: Settings;
}

/**
 * The first generation of the tables, and what outlives every generation and the service stack: head digests, event bus, logs.
 * Everything else can be deleted and created again.
 */
export class DataStack extends Stack {
  readonly streams: StreamArns;
  readonly heads: HeadStore;

  constructor(scope: Construct, id: string, { environment, settings, ...props }: DataStackProps) {
    super(scope, id, props);
    this.streams = dataTables(this, settings, namePrefix(environment));
    this.heads = headStore(this, environment, settings);
    eventBus(this, environment, settings);
    logGroups(this, environment, settings);
  }
}

/** Rule AUDIT-3: in compliance mode no principal, the account's root included, removes an object or shortens its retention. */
function headStore(stack: Stack, environment: Environment, { headRetentionDays }: Settings): HeadStore {
  const key = new Key(stack, 'heads-key', {
    description: `Signs the daily head digests of the audit trails: ${namePrefix(environment)}`,
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const bucket = new s3.Bucket(stack, 'heads', {
    versioned: true,
    objectLockEnabled: true,
    objectLockDefaultRetention: s3.ObjectLockRetention.compliance(Duration.days(headRetentionDays)),
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
