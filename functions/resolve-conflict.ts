import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { stackOf } from '../lib/domain/errors.ts';
import { service } from '../lib/runtime/service.ts';
import { idsIn } from '../lib/runtime/stream.ts';
import { resolveConflict } from '../lib/usecases/conflicts/resolve-conflict.ts';

/** What the stream of the conflicts names is looked at as it is now; what could not be resolved is given to us again. */
export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>().handler(async ({ Records }) => {
  const running = service();
  const failed: string[] = [];
  try {
    for (const { id, sequenceNumber } of idsIn(Records)) {
      try {
        if (id === undefined) throw new TypeError('a record of the stream names no conflict');
        await resolveConflict(id, running);
      } catch (error) {
        running.log.error('a conflict was not resolved', {
          id,
          error: stackOf(error),
        });
        failed.push(sequenceNumber);
      }
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  } finally {
    running.telemetry.flush();
  }
});
