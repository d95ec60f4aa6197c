import type { ChangeEvent } from '../change-event.ts';
import type { DomainEvent } from '../domain-event.ts';

/** An event as the outbox keeps it. */
export interface StoredEvent {
  readonly event: DomainEvent;
  /** Its place in the log of changes, as a cursor; null: it has none yet. */
  readonly cursor: string | null;
  /** It is not published yet. */
  readonly pending: boolean;
  /** The event that was put before it under the same subject. */
  readonly previous: string | null;
}

/** Events that are not published yet. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface Outbox {
  /** Puts an event once. Those of one subject are chained in the order in which they are put (rule FEED-2). */
  put(event: DomainEvent, subject?: string): Promise<void>;
  /** By their ids; undefined where there is none, or none any more. Consistent. */
  find(ids: readonly string[]): Promise<readonly (StoredEvent | undefined)[]>;
  /** Marks an event as published, if it has a place in the log: `unpublished` no longer finds it. */
  published(id: string): Promise<void>;
  /** Events older than a moment (ISO 8601), oldest first. `shard`: only those of this shard, by their ids, for one reading where there are none. */
  unpublished(before: string, limit: number, shard?: number): Promise<DomainEvent[]>;
}

/** Where domain events go. Resolves with the ids of the events that were refused. */
export interface Publisher {
  publish(events: readonly ChangeEvent[]): Promise<{ readonly refused: readonly string[] }>;
}
