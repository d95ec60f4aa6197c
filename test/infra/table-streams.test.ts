import { describe, expect, test } from '@jest/globals';
import { environmentNames } from '../../infra/environments.ts';
import { functionDefinition, streams } from '../../infra/manifest.ts';
import { type Table, tables } from '../../lib/store/tables.ts';
import { appOf, idIn, invokedIn, type Resource, resourcesOf, stackOf, streamArnsFor, written } from './template.ts';

const app = appOf();

test('every table with a stream has a function, and a dead-letter queue of its own', () => {
  const streamed = Object.entries(tables).flatMap(([name, table]: [string, Table]) => (table.stream ? [name] : []));
  expect(streams.map(({ table }) => table).sort()).toEqual(streamed.sort());
  expect(new Set(streams.map(({ deadLetters }) => deadLetters)).size).toBe(streams.length);
});

describe.each(environmentNames)('%s', (environment) => {
  const prefix = `astake-lookup-${environment}`;
  const service = stackOf(app, environment, 'service');
  const queues = resourcesOf(service, 'AWS::SQS::Queue');
  const mappings = [...resourcesOf(service, 'AWS::Lambda::EventSourceMapping').values()];
  const mappingOf = (name: string): Resource | undefined =>
    mappings.find(({ Properties }) => invokedIn(service, Properties.FunctionName) === `${name}:live`);

  test('delivers each stream to its function, with bounded retries, halved batches and partial failures', () => {
    expect(mappings).toHaveLength(streams.length);
    for (const stream of streams) {
      const { Properties } = mappingOf(`${prefix}-${stream.function}`) as Resource;
      expect(Properties).toMatchObject({
        BatchSize: stream.batchSize,
        ParallelizationFactor: stream.parallel,
        MaximumBatchingWindowInSeconds: stream.windowSeconds,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumRetryAttempts: stream.retries,
        MaximumRecordAgeInSeconds: stream.maxAgeSeconds,
        StartingPosition: 'TRIM_HORIZON',
      });
      expect(Properties.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
        {
          eventName: stream.changes,
          ...(stream.where && { dynamodb: { NewImage: { [stream.where.attribute]: { S: [stream.where.is] } } } }),
        },
      ]);
      expect(written(Properties.EventSourceArn)).toBe(streamArnsFor(app, environment).get(stream.table));
      expect(functionDefinition(stream.function).timeoutSeconds).toBe(60);
    }
  });

  test('sends records that failed at every attempt to an encrypted queue that keeps them for two weeks', () => {
    expect(queues.size).toBe(streams.length);
    const policies = [...resourcesOf(service, 'AWS::SQS::QueuePolicy').values()];
    for (const stream of streams) {
      const { DestinationConfig } = mappingOf(`${prefix}-${stream.function}`)?.Properties ?? {};
      const id = idIn(DestinationConfig.OnFailure.Destination);
      expect(queues.get(id)?.Properties).toMatchObject({
        QueueName: `${prefix}-${stream.deadLetters}`,
        SqsManagedSseEnabled: true,
        MessageRetentionPeriod: 14 * 86_400,
      });
      const statements = policies
        .filter(({ Properties }) => Properties.Queues.map(idIn).includes(id))
        .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
      expect(statements).toEqual([
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]);
    }
  });
});
