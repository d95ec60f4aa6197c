import type { DynamoDBRecord } from 'aws-lambda';
import type { DomainEvent } from '../domain/domain-event.ts';
import { eventOfImage } from '../store/outbox.ts';

/** A later change of the item marks the event as published, or removes it. */
export const bringsEvent = ({ eventName }: DynamoDBRecord): boolean => eventName === 'INSERT';

/** The event that a new item of the outbox holds; undefined where the item holds no complete event. */
export function eventIn({ dynamodb }: DynamoDBRecord): DomainEvent | undefined {
  try {
    const event = eventOfImage(dynamodb?.NewImage ?? {});
    const isWhole = event.id !== '' && Boolean(event.type) && !Number.isNaN(Date.parse(event.at));
    return isWhole && typeof event.detail === 'object' && event.detail !== null ? event : undefined;
  } catch {
    return undefined;
  }
}
