import type { AlarmDescription, CompositeDescription } from '../../../infra/monitoring/alarm.ts';
import type { Figure, MetricOf } from '../../../infra/monitoring/figure.ts';

/** Values of one metric at a moment, as CloudWatch keeps them. */
export interface Point {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly values: readonly number[];
}

/** What CloudWatch would have of some points, asked at one moment. */
export interface Figures {
  readonly points: readonly Point[];
  readonly now: number;
  /** When the first figure was published: a period before it breaches nothing. */
  readonly since: number;
}

/** The alarms that stand. An anomaly band has nothing to compare with yet. */
export function standing(alarms: readonly AlarmDescription[], figures: Figures): ReadonlySet<string> {
  const byMetric = Map.groupBy(figures.points, keyOf);
  return new Set(alarms.filter((alarm) => stands(alarm, byMetric, figures)).map(({ id }) => id));
}

/** Of the alarms that stand, those that call someone: parts are heard through their whole, unless that is suppressed. */
export function heard(standingNow: ReadonlySet<string>, composites: readonly CompositeDescription[]): string[] {
  const suppressors = new Set(composites.map(({ suppressedBy }) => suppressedBy));
  const parts = new Set(composites.flatMap(({ anyOf }) => anyOf.flat()));
  const alone = [...standingNow].filter((id) => !parts.has(id) || suppressors.has(id));
  const wholes = composites
    .filter(({ suppressedBy }) => suppressedBy === undefined || !standingNow.has(suppressedBy))
    .filter(({ anyOf }) => anyOf.some((all) => all.every((id) => standingNow.has(id))))
    .map(({ id }) => id);
  return [...alone, ...wholes].sort();
}

type ByMetric = ReadonlyMap<string, readonly Point[]>;

function stands(alarm: AlarmDescription, byMetric: ByMetric, { now, since }: Figures): boolean {
  const { figure, periodSeconds, periods, missing } = alarm;
  if (figure.kind === 'band') return false;
  const periodMs = periodSeconds * 1_000;
  const [wanted, of] = periods;
  let breaching = 0;
  for (let back = 0; back < of; back += 1) {
    const until = now - back * periodMs;
    const value = figureIn(figure, byMetric, until - periodMs, until);
    // Before anything was published CloudWatch has no period of this alarm.
    const isMissing = value === undefined && missing === 'breaching' && until - periodMs >= since;
    if (isMissing || (value !== undefined && breaches(value, alarm))) breaching += 1;
  }
  return breaching >= wanted;
}

function breaches(value: number, { breaches: how, threshold = Number.NaN }: AlarmDescription): boolean {
  if (how === '>') return value > threshold;
  return how === '>=' ? value >= threshold : value < threshold;
}

/** undefined: no datum in the period. */
function figureIn(figure: Figure, byMetric: ByMetric, from: number, until: number): number | undefined {
  const of = (metric: MetricOf) => statisticOf(metric, byMetric, from, until);
  const sumOf = (metrics: readonly MetricOf[]): number | undefined => {
    const known = metrics.map(of).filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
  };
  if (figure.kind === 'sum') {
    const sum = sumOf(figure.metrics);
    return sum === undefined ? undefined : sum - (sumOf(figure.less ?? []) ?? 0);
  }
  if (figure.kind !== 'share') return of(figure.metric);
  const whole = sumOf(figure.among);
  if (whole === undefined) return undefined;
  return whole > figure.moreThan ? (100 * (sumOf(figure.of) ?? 0)) / whole : 0;
}

function statisticOf(metric: MetricOf, byMetric: ByMetric, from: number, until: number): number | undefined {
  const values = (byMetric.get(keyOf(metric)) ?? [])
    .filter(({ at }) => at >= from && at < until)
    .flatMap((point) => point.values);
  return figureOfValues(values, metric.statistic);
}

/** undefined: there are none. */
export function figureOfValues(values: readonly number[], statistic: MetricOf['statistic']): number | undefined {
  if (values.length === 0) return undefined;
  if (statistic === 'Sum') return values.reduce((sum, value) => sum + value, 0);
  if (statistic === 'Average') return values.reduce((sum, value) => sum + value, 0) / values.length;
  if (statistic === 'Maximum') return Math.max(...values);
  if (statistic === 'Minimum') return Math.min(...values);
  const share = Number(statistic.slice(1)) / 100;
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1];
}

export const keyOf = ({ namespace, name, dimensions }: Pick<Point, 'namespace' | 'name' | 'dimensions'>): string =>
  [
    namespace,
    name,
    ...Object.entries(dimensions)
      .map(([dimension, value]) => `${dimension}=${value}`)
      .sort(),
  ].join(' ');

/** The points of a line of CloudWatch's embedded metric format. */
export function pointsOfLine(line: string, at: number): Point[] {
  const { _aws, ...members } = JSON.parse(line);
  return _aws.CloudWatchMetrics.flatMap(
    ({
      Namespace: namespace,
      Dimensions,
      Metrics,
    }: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string }[];
    }) =>
      Dimensions.flatMap((names) =>
        Metrics.map(
          ({ Name: name }): Point => ({
            namespace,
            name,
            dimensions: Object.fromEntries(names.map((dimension) => [dimension, String(members[dimension])])),
            at,
            values: [members[name]].flat(),
          }),
        ),
      ),
  );
}
