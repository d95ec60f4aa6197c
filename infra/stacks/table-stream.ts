import { Duration, type Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Alias, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { namePrefix } from '../../lib/runtime/names.ts';
import type { Environment } from '../environments.ts';
import type { Stream } from '../manifest.ts';

export interface TableStreamProps {
  readonly environment: Environment;
  readonly stream: Stream;
  readonly streamArn: string;
  readonly deployed: Alias;
}

/** Delivers a table's changes to a function. The function may read this stream and write to its own dead-letter queue. */
export function tableStream(stack: Stack, { environment, stream, streamArn, deployed }: TableStreamProps): void {
  const queue = new Queue(stack, stream.deadLetters, {
    queueName: `${namePrefix(environment)}-${stream.deadLetters}`,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: `This is the dead-letter queue for records that ${stream.function} could not handle.`,
  });
  for (const [actions, resource] of [
    [['dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords'], streamArn],
    // Lambda needs this action, and it supports no resource.
    [['dynamodb:ListStreams'], '*'],
    [['sqs:SendMessage'], queue.queueArn],
  ] as const) {
    deployed.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));
  }
  deployed.addEventSourceMapping(`${stream.table}-stream`, {
    eventSourceArn: streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.or(...stream.changes),
        ...(stream.where && { dynamodb: { NewImage: { [stream.where.attribute]: { S: [stream.where.is] } } } }),
      }),
    ],
    batchSize: stream.batchSize,
    parallelizationFactor: stream.parallel,
    maxBatchingWindow: Duration.seconds(stream.windowSeconds),
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    retryAttempts: stream.retries,
    maxRecordAge: Duration.seconds(stream.maxAgeSeconds),
    onFailure: { bind: () => ({ destination: queue.queueArn }) },
  });
}
