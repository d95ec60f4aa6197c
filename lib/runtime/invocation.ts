import middy from '@middy/core';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { withTimeout } from '../domain/deadline.ts';
import { stackOf } from '../domain/errors.ts';
import { flushTimeoutMs } from '../usecases/store-access.ts';
import { type Running, service } from './service.ts';

/**
 * The edge of every function that no HTTP request invokes: tasks of state machines, asynchronous invocations and streams.
 * An error is logged and thrown again, so that the invoker retries. All work ends before the result is returned, because
 * Lambda freezes the process then.
 */
export function invoked<Event, Result>(handle: (event: Event, service: Running) => Promise<Result>) {
  return middy<Event, Result, Error, Context>()
    .use({
      before: ({ context }) => service().telemetry.begin(context.awsRequestId),
      after: finish,
      onError: async ({ error, context }) => {
        service().log.error('the invocation failed', { function: context.functionName, error: stackOf(error) });
        await finish();
      },
    })
    .handler((event) => handle(event, service()));
}

async function finish(): Promise<void> {
  const { chain, telemetry } = service();
  await withTimeout(chain.flushed(), flushTimeoutMs);
  telemetry.flush();
}

type RecordHandler = (record: DynamoDBRecord) => Promise<void>;

/**
 * The edge of a function that reads a table's stream. Records are handled one after the other. A record that throws is
 * logged and reported to Lambda, which sends it again; it does not stop the records after it. `prepare` sees the whole
 * batch first.
 */
export const streamed = (prepare: (service: Running, records: readonly DynamoDBRecord[]) => RecordHandler) =>
  invoked<DynamoDBStreamEvent, DynamoDBBatchResponse>(async (event, running) => {
    const { BatchProcessor, EventType, processPartialResponse } = await import('@aws-lambda-powertools/batch');
    const handle = prepare(running, event.Records);
    const logged: RecordHandler = async (record) => {
      const { SequenceNumber: sequenceNumber, Keys: keys } = record.dynamodb ?? {};
      try {
        await handle(record);
      } catch (error) {
        running.log.error('a stream record failed', { sequenceNumber, keys, error: stackOf(error) });
        throw error;
      }
    };
    const response = await processPartialResponse(event, logged, new BatchProcessor(EventType.DynamoDBStreams), {
      processInParallel: false,
      // A batch that throws as a whole is halved by Lambda; the failed records are known here.
      throwOnFullBatchFailure: false,
    });
    // Powertools cannot report a failed record without a number: it would be lost.
    if (event.Records.some(({ dynamodb }) => dynamodb?.SequenceNumber === undefined)) {
      throw new TypeError('a stream record has no sequence number; the whole batch is to be sent again');
    }
    return response;
  });
