import type { DynamoDBRecord } from 'aws-lambda';
import type { DomainEvent } from '../domain/ports/outbox.ts';
import { eventOfImage } from '../store/outbox.ts';

/** The events that a batch of the outbox's stream brings, by their sequence numbers, and the numbers of what is none. */
export function eventsIn(records: readonly DynamoDBRecord[]): {
  readonly events: ReadonlyMap<string, DomainEvent>;
  readonly unreadable: readonly string[];
} {
  const events = new Map<string, DomainEvent>();
  const unreadable: string[] = [];
  // What is changed later is marked as published, or dropped.
  for (const { dynamodb } of records.filter(({ eventName }) => eventName === 'INSERT')) {
    const sequenceNumber = dynamodb?.SequenceNumber ?? '';
    const event = readable(() => eventOfImage(dynamodb?.NewImage ?? {}));
    if (event === undefined) unreadable.push(sequenceNumber);
    else events.set(sequenceNumber, event);
  }
  return { events, unreadable };
}

function readable(read: () => DomainEvent): DomainEvent | undefined {
  try {
    const event = read();
    const isWhole = event.id !== '' && Boolean(event.type) && !Number.isNaN(Date.parse(event.at));
    return isWhole && typeof event.detail === 'object' && event.detail !== null ? event : undefined;
  } catch {
    return undefined;
  }
}

/** Which item each record is of, by its key `id`; undefined where it names none. */
export const idsIn = (
  records: readonly DynamoDBRecord[],
): { readonly id: string | undefined; readonly sequenceNumber: string }[] =>
  records.map(({ dynamodb }) => ({ id: dynamodb?.Keys?.id?.S, sequenceNumber: dynamodb?.SequenceNumber ?? '' }));
