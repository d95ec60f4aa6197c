import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { service } from '../lib/runtime/service.ts';
import { eventsIn } from '../lib/runtime/stream.ts';
import { publishEvents } from '../lib/usecases/events/publish-events.ts';

/** What was written into the outbox goes on the bus; what was not taken is given to us again. */
export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>().handler(async ({ Records }) => {
  const running = service();
  try {
    const { events, unreadable } = eventsIn(Records);
    const refused = await publishEvents([...events.values()], running);
    const failed = [...events].filter(([, { id }]) => refused.has(id)).map(([sequenceNumber]) => sequenceNumber);
    if (unreadable.length > 0) running.log.error('no events in the outbox', { sequenceNumbers: unreadable });
    return { batchItemFailures: [...failed, ...unreadable].map((itemIdentifier) => ({ itemIdentifier })) };
  } finally {
    running.telemetry.flush();
  }
});
