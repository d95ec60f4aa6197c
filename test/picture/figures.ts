import type { MetricOf } from '../../infra/monitoring/figure.ts';
import { figureOfValues, keyOf, type Point } from '../infra/monitoring/evaluate.ts';

export type Named = Pick<MetricOf, 'namespace' | 'name' | 'dimensions'>;

export interface Figures {
  note(metric: Named, value: number): void;
  points(): readonly Point[];
  /** A value for each minute; null: not known. What is counted and was noted at all is 0 where it was not. */
  series(metric: MetricOf, from: number, until: number): readonly (number | null)[];
  /** Over the last seconds; undefined: nothing was noted. */
  latest(metric: MetricOf, seconds: number, until: number): number | undefined;
}

const minuteMs = 60_000;

/** What is noted, by the minute, as CloudWatch would keep it. */
export function createFigures(): Figures {
  const byMetric = new Map<string, Map<number, Point & { readonly values: number[] }>>();
  const valuesIn = (metric: Named, from: number, until: number): number[] =>
    [...(byMetric.get(keyOf(metric))?.values() ?? [])]
      .filter(({ at }) => at >= from && at < until)
      .flatMap(({ values }) => values);
  return {
    note({ namespace, name, dimensions }, value) {
      const at = Math.floor(Date.now() / minuteMs) * minuteMs;
      const key = keyOf({ namespace, name, dimensions });
      const minutes = byMetric.get(key) ?? new Map();
      byMetric.set(key, minutes);
      const minute = minutes.get(at) ?? { namespace, name, dimensions, at, values: [] };
      minutes.set(at, minute);
      minute.values.push(value);
    },
    points: () => [...byMetric.values()].flatMap((minutes) => [...minutes.values()]),
    series(metric, from, until) {
      const minutes = byMetric.get(keyOf(metric));
      const none = metric.statistic === 'Sum' && minutes !== undefined ? 0 : null;
      return Array.from({ length: Math.round((until - from) / minuteMs) }, (_, at) => {
        const values = minutes?.get(from + at * minuteMs)?.values ?? [];
        return figureOfValues(values, metric.statistic) ?? none;
      });
    },
    latest: (metric, seconds, until) =>
      figureOfValues(valuesIn(metric, until - seconds * 1_000, until), metric.statistic),
  };
}
