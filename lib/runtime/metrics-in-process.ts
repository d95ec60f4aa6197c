import type { MetricHistory, SeriesQuery, Statistic } from '../domain/ports/metric-history.ts';
import type { Clock } from '../domain/ports/telemetry.ts';

interface Minute {
  readonly at: number;
  sum: number;
  count: number;
  least: number;
  most: number;
  /** The latest, where percentiles may be asked for. */
  readonly values: number[];
}

export interface MetricsInProcess extends MetricHistory {
  note(metric: SeriesQuery['metric'], value: number, upstream?: string): void;
}

const minuteMs = 60_000;
/** A day, as long as the console looks back. */
const kept = 1_440;
/** So many values of a minute make its percentiles. */
const keptValues = 100;

/** The figures of a local run, minute by minute, in memory: its one process has counted everything. */
export function createMetricsInProcess(clock: Pick<Clock, 'now'>): MetricsInProcess {
  const series = new Map<string, Minute[]>();
  const keyOf = (metric: string, upstream = ''): string => `${metric} ${upstream}`;
  return {
    source: 'process',
    note(metric, value, upstream) {
      const key = keyOf(metric, upstream);
      const minutes = series.get(key) ?? [];
      series.set(key, minutes);
      const at = Math.floor(clock.now() / minuteMs) * minuteMs;
      const last = minutes.at(-1);
      const values = isDistribution(metric) ? [value] : [];
      // A clock that was set back goes on in the newest minute.
      if (last !== undefined && at <= last.at) add(last, value, values);
      else minutes.push({ at, sum: value, count: 1, least: value, most: value, values });
      if (minutes.length > kept) minutes.shift();
    },
    async read(queries, { from, until, periodSeconds }) {
      const periodMs = periodSeconds * 1_000;
      const periods = Math.round((until - from) / periodMs);
      return queries.map(({ metric, statistic, upstream }) => {
        const found: (Minute | undefined)[] = Array.from({ length: periods });
        for (const minute of series.get(keyOf(metric, upstream)) ?? []) {
          const period = Math.floor((minute.at - from) / periodMs);
          if (period >= 0 && period < periods) found[period] = merged(found[period], minute);
        }
        return found.map((minute) => (minute === undefined ? null : figureOf[statistic](minute)));
      });
    },
  };
}

const isDistribution = (metric: SeriesQuery['metric']): boolean => /(?:Latency|Milliseconds|AgeSeconds)$/.test(metric);

function add(minute: Minute, value: number, values: readonly number[]): void {
  minute.values.push(...values);
  if (minute.values.length > keptValues) minute.values.shift();
  minute.sum += value;
  minute.count += 1;
  minute.least = Math.min(minute.least, value);
  minute.most = Math.max(minute.most, value);
}

const merged = (known: Minute | undefined, next: Minute): Minute =>
  known === undefined
    ? { ...next, values: [...next.values] }
    : {
        at: known.at,
        sum: known.sum + next.sum,
        count: known.count + next.count,
        least: Math.min(known.least, next.least),
        most: Math.max(known.most, next.most),
        values: [...known.values, ...next.values],
      };

const figureOf: Readonly<Record<Statistic, (minute: Minute) => number>> = {
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ least }) => least,
  Maximum: ({ most }) => most,
  p50: (minute) => percentile(minute, 0.5),
  p95: (minute) => percentile(minute, 0.95),
  p99: (minute) => percentile(minute, 0.99),
};

const percentile = ({ values, most }: Minute, share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? most;
