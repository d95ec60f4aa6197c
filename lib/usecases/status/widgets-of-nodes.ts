import { ofNodes, peak, sum, type Widget } from './widget.ts';

export const nodesWidgets: readonly Widget[] = [
  {
    id: 'healthy-nodes',
    section: 'nodes',
    title: 'Healthy nodes, and open circuit breakers',
    unit: 'count',
    series: [{ metric: 'HealthyNodes', statistic: 'Minimum', label: 'healthy' }, peak('BreakersOpen', 'breakers open')],
    thresholds: [{ value: 1, side: 'below', level: 'bad', means: 'No node answers' }],
  },
  { id: 'node-height', section: 'nodes', title: 'Height', unit: 'blocks', ...ofNodes('UpstreamHeight', 'Maximum') },
  {
    id: 'node-latency',
    section: 'nodes',
    title: 'Latency of 95 % of the calls',
    unit: 'milliseconds',
    ...ofNodes('UpstreamLatency', 'p95'),
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
    id: 'node-barred',
    section: 'nodes',
    title: 'Found not to be sound',
    unit: 'count',
    ...ofNodes('UpstreamBarred', 'Sum'),
  },
  {
    id: 'node-extra',
    section: 'nodes',
    title: 'Calls repeated, or sent to a second node',
    unit: 'count',
    series: [sum('ChainRetry', 'repeated'), sum('ChainHedge', 'sent to a second node')],
  },
];
