import { any, peak, sum, type Widget } from './widget.ts';

export const syncWidgets: readonly Widget[] = [
  {
    id: 'sync-lag',
    section: 'sync',
    title: 'Behind the chain',
    unit: 'seconds',
    series: [peak('SyncLagSeconds', 'lag')],
    thresholds: [
      { value: 60, side: 'above', level: 'warn', means: 'Readers ask the chain more often' },
      { value: 120, side: 'above', level: 'bad', means: 'The cache is late' },
    ],
  },
  {
    id: 'sync-blocks',
    section: 'sync',
    title: 'Blocks behind the chain',
    unit: 'blocks',
    series: [peak('SyncLagBlocks', 'behind')],
  },
  {
    id: 'sync-work',
    section: 'sync',
    title: 'Ticks, blocks and refreshed records',
    unit: 'count',
    series: [
      sum('SyncTick', 'ticks'),
      sum('SyncBlocks', 'blocks'),
      sum('SyncBlocksProved', 'of them proved'),
      sum('SyncRefreshed', 'refreshed'),
    ],
  },
  {
    id: 'sync-time',
    section: 'sync',
    title: 'Time of a tick',
    unit: 'milliseconds',
    series: [
      { metric: 'SyncMilliseconds', statistic: 'p50', label: 'half are faster' },
      peak('SyncMilliseconds', 'longest'),
    ],
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
    title: 'Ticks without progress, and blocks passed unseen',
    unit: 'count',
    series: [
      sum('SyncStopped', 'without progress'),
      sum('SyncBusy', 'another one at work'),
      sum('SyncStalled', 'stalls begun'),
      sum('BlockUnseen', 'passed unseen'),
    ],
  },
  {
    id: 'sync-stalled',
    section: 'sync',
    title: 'How long sync has not advanced',
    unit: 'seconds',
    series: [peak('SyncStalledSeconds', 'stalled for')],
    thresholds: [any('Sync does not advance')],
  },
];
