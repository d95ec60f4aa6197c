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

const seriesOf =
  (statistic: WidgetSeries['statistic']) =>
  (metric: WidgetSeries['metric'], label: string): WidgetSeries => ({ metric, statistic, label });
export const sum = seriesOf('Sum');
export const peak = seriesOf('Maximum');
/** What half of them stay within, and what all but one of a hundred do. */
export const spread = (metric: WidgetSeries['metric'], quality: 'younger' | 'faster'): readonly WidgetSeries[] => [
  { metric, statistic: 'p50', label: `half are ${quality}` },
  { metric, statistic: 'p99', label: `99 % are ${quality}` },
];
export const ofNodes = (metric: WidgetSeries['metric'], statistic: WidgetSeries['statistic']) =>
  ({ perNode: true, series: [{ metric, statistic }] }) as const;
export const any = (means: string, level: Threshold['level'] = 'bad'): Threshold => ({
  value: 0,
  side: 'above',
  level,
  means,
});
