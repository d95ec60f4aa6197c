import type { Gauge, Measure, Metric, UpstreamMetric } from './telemetry.ts';

export type Statistic = 'Sum' | 'Average' | 'Maximum' | 'Minimum' | 'p50' | 'p95' | 'p99';

export interface SeriesQuery {
  readonly metric: Metric | Gauge | Measure | UpstreamMetric;
  readonly statistic: Statistic;
  /** The name of the node, for its own figures. */
  readonly upstream?: string;
}

export interface MetricSpan {
  /** Milliseconds since the epoch, a multiple of the period. */
  readonly from: number;
  readonly until: number;
  readonly periodSeconds: number;
}

/** What was counted and measured in the past: on AWS by all processes (CloudWatch), on a local run by its one process. */
export interface MetricHistory {
  readonly source: 'cloudwatch' | 'process';
  /**
   * For each query a value for each period from `from` on, up to `until`; null where nothing was published. Throws StoreUnavailable.
   */
  read(queries: readonly SeriesQuery[], span: MetricSpan): Promise<readonly (readonly (number | null)[])[]>;
}
