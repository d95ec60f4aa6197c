import type { SeriesQuery } from '../../domain/ports/metric-history.ts';

/** What a value on the wrong side of a threshold means, and how much it weighs. */
export interface Threshold {
  readonly value: number;
  readonly side: 'above' | 'below';
  readonly level: 'warn' | 'bad';
  readonly means: string;
}

export interface WidgetSeries extends Pick<SeriesQuery, 'metric' | 'statistic'> {
  /** Left out where the series are the nodes. */
  readonly label?: string;
}

/** One chart. The console draws it from GET /v1/metrics, and the CloudWatch dashboard has the same. */
export interface Widget {
  readonly id: string;
  readonly section: (typeof widgetSections)[number];
  readonly title: string;
  readonly unit: 'count' | 'seconds' | 'milliseconds' | 'percent' | 'blocks';
  /** The series are parts of a whole. */
  readonly isStacked?: true;
  /** One series for each node; there is one entry in `series`. */
  readonly perNode?: true;
  readonly series: readonly WidgetSeries[];
  readonly thresholds?: readonly Threshold[];
}

export const widgetSections = ['readers', 'nodes', 'sync', 'truth', 'store', 'events'] as const;

const sum = (metric: WidgetSeries['metric'], label: string): WidgetSeries => ({ metric, statistic: 'Sum', label });
const ofNodes = (metric: WidgetSeries['metric'], statistic: WidgetSeries['statistic']) =>
  ({ perNode: true, series: [{ metric, statistic }] }) as const;
const any = (means: string, level: Threshold['level'] = 'bad'): Threshold => ({
  value: 0,
  side: 'above',
  level,
  means,
});

/** Every chart that operators look at, described once. */
export const widgets: readonly Widget[] = [
  {
    id: 'answers',
    section: 'readers',
    title: 'Answers by source',
    unit: 'count',
    isStacked: true,
    series: [sum('AnswerFromCache', 'cache'), sum('AnswerFromChain', 'chain'), sum('AnswerFromDatabase', 'database')],
  },
  {
    id: 'refusals',
    section: 'readers',
    title: 'Not answered, or absent',
    unit: 'count',
    series: [
      sum('ChainUnavailable', 'no node could answer'),
      sum('RequestLimited', 'limit of requests'),
      sum('ChainReadLimited', 'limit of chain reads'),
      sum('AnswerAbsent', 'absent on the chain'),
    ],
  },
  { id: 'node-height', section: 'nodes', title: 'Height', unit: 'blocks', ...ofNodes('UpstreamHeight', 'Maximum') },
  {
    id: 'node-latency',
    section: 'nodes',
    title: 'Latency',
    unit: 'milliseconds',
    ...ofNodes('UpstreamLatency', 'Average'),
  },
  { id: 'node-calls', section: 'nodes', title: 'Calls', unit: 'count', ...ofNodes('UpstreamCalls', 'Sum') },
  {
    id: 'node-failures',
    section: 'nodes',
    title: 'Failed calls',
    unit: 'count',
    ...ofNodes('UpstreamFailures', 'Sum'),
  },
  {
    id: 'node-throttled',
    section: 'nodes',
    title: 'Calls refused by the limit of the node',
    unit: 'count',
    ...ofNodes('UpstreamThrottled', 'Sum'),
  },
  {
    id: 'node-breakers',
    section: 'nodes',
    title: 'Circuit breakers opened',
    unit: 'count',
    ...ofNodes('BreakerOpened', 'Sum'),
  },
  {
    id: 'sync-lag',
    section: 'sync',
    title: 'Behind the chain',
    unit: 'seconds',
    series: [{ metric: 'SyncLagSeconds', statistic: 'Maximum', label: 'lag' }],
    thresholds: [
      { value: 60, side: 'above', level: 'warn', means: 'Readers ask the chain more often' },
      { value: 120, side: 'above', level: 'bad', means: 'The cache is late' },
    ],
  },
  {
    id: 'sync-work',
    section: 'sync',
    title: 'Ticks, blocks and refreshed records',
    unit: 'count',
    series: [sum('SyncTick', 'ticks'), sum('SyncBlocks', 'blocks'), sum('SyncRefreshed', 'refreshed')],
  },
  {
    id: 'sync-calls',
    section: 'sync',
    title: 'Calls to nodes by sync',
    unit: 'count',
    series: [sum('SyncCalls', 'calls')],
  },
  {
    id: 'sync-stalls',
    section: 'sync',
    title: 'Stalls, and blocks passed unseen',
    unit: 'count',
    series: [sum('SyncStalled', 'stalled'), sum('BlockUnseen', 'passed unseen')],
    thresholds: [any('Sync does not advance, or has not seen what a block changed')],
  },
  {
    id: 'conflicts',
    section: 'truth',
    title: 'Conflicts',
    unit: 'count',
    series: [
      sum('ConflictOpened', 'opened'),
      sum('ConflictResolved', 'resolved'),
      sum('ConflictAwaitsReview', 'put before a person'),
    ],
  },
  {
    id: 'missed',
    section: 'truth',
    title: 'Changes that sync has missed',
    unit: 'count',
    series: [sum('Missed', 'found by readers'), sum('ReconciledMissed', 'found by reconciliation')],
    thresholds: [any('A value was called current and was not')],
  },
  {
    id: 'audit',
    section: 'truth',
    title: 'Broken audit trails',
    unit: 'count',
    series: [sum('AuditBroken', 'broken')],
    thresholds: [any('An entry was removed or changed outside the service')],
  },
  {
    id: 'coverage',
    section: 'truth',
    title: 'Records compared within a day',
    unit: 'percent',
    series: [{ metric: 'CoveragePercent', statistic: 'Minimum', label: 'coverage' }],
    thresholds: [{ value: 95, side: 'below', level: 'warn', means: 'Reconciliation does not keep up' }],
  },
  {
    id: 'unproved',
    section: 'truth',
    title: 'What no node could confirm, and nodes that contradict',
    unit: 'count',
    series: [sum('Unverifiable', 'not confirmed'), sum('NodeSuspected', 'node suspected')],
  },
  {
    id: 'store-failures',
    section: 'store',
    title: 'Failures of the database',
    unit: 'count',
    series: [sum('StoreFailed', 'failed'), sum('SaveFailed', 'not saved'), sum('ValueTooLarge', 'too large')],
    thresholds: [any('The database does not do what it is asked', 'warn')],
  },
  {
    id: 'collections',
    section: 'store',
    title: 'Collections',
    unit: 'count',
    series: [
      { metric: 'CollectionsWhole', statistic: 'Maximum', label: 'whole' },
      { metric: 'CollectionsNotWhole', statistic: 'Maximum', label: 'not whole yet' },
    ],
  },
  {
    id: 'feed-lag',
    section: 'events',
    title: 'Changes behind in the feed',
    unit: 'seconds',
    series: [{ metric: 'FeedLagSeconds', statistic: 'Maximum', label: 'lag' }],
    thresholds: [{ value: 120, side: 'above', level: 'warn', means: 'Events wait for their place in the feed' }],
  },
  {
    id: 'webhooks',
    section: 'events',
    title: 'Webhooks',
    unit: 'count',
    series: [sum('WebhookDelivered', 'delivered'), sum('WebhookFailed', 'failed'), sum('WebhookPaused', 'paused')],
  },
];
