import type { MetricHistory, SeriesQuery } from '../../domain/ports/metric-history.ts';
import type { Service } from '../../domain/service.ts';
import type { Widget } from './widget.ts';
import { widgets } from './widgets.ts';

export interface WidgetFigures extends Omit<Widget, 'series'> {
  readonly series: readonly { readonly label: string; readonly values: readonly (number | null)[] }[];
}

export interface MetricFigures {
  readonly source: MetricHistory['source'];
  /** ISO 8601 in UTC: the beginning of the first period. */
  readonly from: string;
  readonly periodSeconds: number;
  readonly widgets: readonly WidgetFigures[];
}

/** At most so many values of a series: a chart is no wider. */
const mostPeriods = 180;
/** CloudWatch keeps a minute's figures for 15 days, and takes multiples of a minute. */
const shortestPeriodSeconds = 60;

/** Every chart's figures of the last minutes, up to the period that is not over yet. */
export async function readMetrics(
  minutes: number,
  { chain, clock, metricHistory }: Pick<Service, 'chain' | 'clock'> & { readonly metricHistory: MetricHistory },
): Promise<MetricFigures> {
  const periodSeconds = shortestPeriodSeconds * Math.ceil(minutes / mostPeriods);
  const periodMs = periodSeconds * 1_000;
  const until = (Math.floor(clock.now() / periodMs) + 1) * periodMs;
  const from = until - Math.ceil((minutes * 60_000) / periodMs) * periodMs;
  const nodes = chain.report().map(({ name }) => name);
  const charts = widgets.map((widget) => ({ widget, lines: linesOf(widget, nodes) }));
  const lines = charts.flatMap((chart) => chart.lines);
  const values = await metricHistory.read(
    lines.map(({ query }) => query),
    { from, until, periodSeconds },
  );
  const valuesOf = new Map(lines.map((line, at) => [line, values[at] ?? []]));
  return {
    source: metricHistory.source,
    from: new Date(from).toISOString(),
    periodSeconds,
    widgets: charts.map(({ widget, lines: own }) => ({
      ...widget,
      series: own.map((line) => ({ label: line.label, values: (valuesOf.get(line) ?? []).map(orZero(line.query)) })),
    })),
  };
}

interface Line {
  readonly label: string;
  readonly query: SeriesQuery;
}

const linesOf = ({ series, perNode }: Widget, nodes: readonly string[]): Line[] =>
  series.flatMap(({ label, ...query }) =>
    perNode
      ? nodes.map((upstream) => ({ label: upstream, query: { ...query, upstream } }))
      : [{ label: label ?? query.metric, query }],
  );

/** What is counted and was not published did not happen; what is measured is not known. */
const orZero =
  ({ statistic }: SeriesQuery) =>
  (value: number | null): number | null =>
    value === null && statistic === 'Sum' ? 0 : value;
