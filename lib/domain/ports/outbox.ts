export type EventType =
  | 'RecordChanged'
  | 'ConflictOpened'
  | 'ConflictResolved'
  | 'ReconciliationFinished'
  | 'SyncStalled'
  | 'SyncRecovered'
  | 'BlockUnseen'
  | 'SubmissionEnded';

/** What happened, for subscribers. It is written with the change and published afterwards, so neither exists without the other. */
export interface DomainEvent {
  /** Follows from the change alone: a change that is reported twice is the same event. */
  readonly id: string;
  readonly type: EventType;
  /** ISO 8601. */
  readonly at: string;
  readonly detail: object;
}

/** Events that are not published yet. Every method throws StoreUnavailable when the engine cannot be reached in time. */
export interface Outbox {
  put(event: DomainEvent): Promise<void>;
  /** Marks an event as published: `unpublished` no longer finds it. */
  published(id: string): Promise<void>;
  /** Events older than a moment (ISO 8601), oldest first. */
  unpublished(before: string, limit: number): Promise<DomainEvent[]>;
}

/** Where domain events go. Resolves with the ids of the events that were refused. */
export interface Publisher {
  publish(events: readonly DomainEvent[]): Promise<{ readonly refused: readonly string[] }>;
}
