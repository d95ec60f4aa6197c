import { any, peak, spread, sum, type Widget } from './widget.ts';

export const storeWidgets: readonly Widget[] = [
  {
    id: 'store-failures',
    section: 'store',
    title: 'Failures of the database',
    unit: 'count',
    series: [sum('StoreFailed', 'failed'), sum('SaveFailed', 'not saved'), sum('ValueTooLarge', 'too large')],
    thresholds: [any('The database does not do what it is asked', 'warn')],
  },
  {
    id: 'store-time',
    section: 'store',
    title: 'Time of requests to the database',
    unit: 'milliseconds',
    series: spread('StoreMilliseconds', 'faster'),
  },
  {
    id: 'records',
    section: 'store',
    title: 'Records that sync follows',
    unit: 'count',
    series: [peak('TrackedRecords', 'tracked'), sum('Untracked', 'tracked no more')],
  },
  {
    id: 'collections',
    section: 'store',
    title: 'Collections',
    unit: 'count',
    series: [
      peak('CollectionsWhole', 'whole'),
      peak('CollectionsNotWhole', 'not whole yet'),
      sum('CollectionInterrupted', 'whole no more'),
    ],
  },
  {
    id: 'feed-lag',
    section: 'events',
    title: 'Changes behind in the feed',
    unit: 'seconds',
    series: [peak('FeedLagSeconds', 'lag')],
    thresholds: [{ value: 120, side: 'above', level: 'warn', means: 'Events wait for their place in the feed' }],
  },
  {
    id: 'published',
    section: 'events',
    title: 'Events',
    unit: 'count',
    series: [
      sum('EventAppended', 'placed in the feed'),
      sum('EventPublished', 'taken by the bus'),
      peak('OutboxPending', 'not taken by the bus'),
    ],
  },
  {
    id: 'outbox',
    section: 'events',
    title: 'The oldest event that the bus did not take',
    unit: 'seconds',
    series: [peak('OutboxOldestSeconds', 'waits')],
    thresholds: [{ value: 600, side: 'above', level: 'warn', means: 'Events wait' }],
  },
  {
    id: 'webhooks',
    section: 'events',
    title: 'Webhooks',
    unit: 'count',
    series: [sum('WebhookDelivered', 'delivered'), sum('WebhookFailed', 'failed'), sum('WebhookPaused', 'paused')],
  },
];
