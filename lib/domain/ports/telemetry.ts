export interface Clock {
  /** Milliseconds since the epoch, by the wall clock: for moments that are stored, shown or shared. It may step back. */
  now(): number;
  /**
   * Milliseconds since the epoch, for durations within this process and for ages (rule CLAIM-7): it never goes back, and
   * goes on while the wall clock stands still.
   */
  steady(): number;
}

export interface Log {
  debug(message: string, details?: Record<string, unknown>): void;
  info(message: string, details?: Record<string, unknown>): void;
  warn(message: string, details?: Record<string, unknown>): void;
  error(message: string, details?: Record<string, unknown>): void;
}

/** Names of what is counted, and summed: one list, so that dashboards and code cannot differ. */
export type Metric =
  | 'AnswerFromCache'
  | 'AnswerFromChain'
  | 'AnswerFromDatabase'
  | 'PastFromHistory'
  | 'PastFromChain'
  | 'AnswerAbsent'
  | 'StaleAnswers'
  | 'Collapsed'
  | 'LeaseWaited'
  | 'RefreshAsked'
  | 'ColdStart'
  | 'Defect'
  | 'ChainUnavailable'
  | 'ChainRetry'
  | 'ChainHedge'
  | 'StoreFailed'
  | 'StoreRecovered'
  | 'SaveFailed'
  | 'ValueTooLarge'
  | 'Conflict'
  | 'Unverifiable'
  | 'Missed'
  | 'Refused'
  | 'RequestLimited'
  | 'ChainReadLimited'
  | 'NodeSuspected'
  | 'ConflictOpened'
  | 'ConflictResolved'
  | 'ConflictAwaitsReview'
  | 'EventAppended'
  | 'EventPublished'
  | 'WebhookDelivered'
  | 'WebhookFailed'
  | 'WebhookPaused'
  | 'SyncTick'
  | 'SyncBlocks'
  | 'SyncBlocksProved'
  | 'SyncRefreshed'
  | 'SyncCalls'
  | 'SyncBusy'
  | 'SyncStopped'
  | 'SyncStalled'
  | 'SyncRecovered'
  | 'BlockUnseen'
  | 'Untracked'
  | 'CollectionInterrupted'
  | 'Warmed'
  | 'SampledSame'
  | 'SampledDiffers'
  | 'SampledNone'
  | 'ReconciledRecords'
  | 'ReconciledBehind'
  | 'ReconciledMissed'
  | 'ReconciledConflict'
  | 'ReconciledUnverifiable'
  | 'ReconciledFixed'
  | 'ReconciledCalls'
  | 'ReconciliationFinished'
  | 'ReconciliationInterrupted'
  | 'ReconciliationCancelled'
  | 'AuditBroken'
  | 'AuditRewritten';

/** Figures that are true at a moment: they are not summed, and one that is not known is not published. */
export type Gauge =
  | 'SyncLagBlocks'
  | 'SyncLagSeconds'
  | 'SyncStalledSeconds'
  | 'FeedLagSeconds'
  | 'CoveragePercent'
  | 'OldestUnverifiedSeconds'
  | 'CollectionsWhole'
  | 'CollectionsNotWhole'
  | 'HealthyNodes'
  | 'BreakersOpen'
  | 'ConflictsOpen'
  | 'ConflictsAwaitingReview'
  | 'ConflictsOverdue'
  | 'OutboxPending'
  | 'OutboxOldestSeconds'
  | 'TrackedRecords'
  | 'UnsignedSeconds';

/** Figures of single events, of which the distribution counts. */
export type Measure =
  | 'AnswerAgeSeconds'
  | 'ChainReadMilliseconds'
  | 'StoreMilliseconds'
  | 'SyncMilliseconds'
  | 'ReconciliationSeconds';

/** Figures of one node. `UpstreamLatency` is in milliseconds, `UpstreamHeight` is the height of its newest block, all others are counts. */
export type UpstreamMetric =
  | 'UpstreamHeight'
  | 'UpstreamBarred'
  | 'UpstreamCalls'
  | 'UpstreamFailures'
  | 'UpstreamThrottled'
  | 'UpstreamLatency'
  | 'BreakerOpened'
  | 'BreakerClosed';

export interface Metrics {
  count(metric: Metric, by?: number): void;
  gauge(metric: Gauge, value: number): void;
  measure(metric: Measure, value: number): void;
  upstream(name: string, metric: UpstreamMetric, value: number): void;
}
