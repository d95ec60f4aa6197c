/** Every type of event. */
export const eventTypes = [
  'RecordChanged',
  'ConflictOpened',
  'ConflictAwaitsReview',
  'ConflictResolved',
  'ReconciliationStarted',
  'ReconciliationFinished',
  'SyncStalled',
  'SyncRecovered',
  'BlockUnseen',
  'SubmissionEnded',
  'WebhookPaused',
] as const;

export type EventType = (typeof eventTypes)[number];

/** What happened, for subscribers. It is written with the change and published afterwards, so neither exists without the other. */
export interface DomainEvent {
  /** Follows from the change alone: a change that is reported twice is the same event. */
  readonly id: string;
  readonly type: EventType;
  /** ISO 8601. */
  readonly at: string;
  readonly detail: object;
}
