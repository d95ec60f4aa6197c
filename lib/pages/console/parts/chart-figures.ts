import type { Schemas } from '../../../client/index.ts';
import { numberText } from './number-text.ts';

export type ChartWidget = Schemas['Chart'];

type Values = ChartWidget['series'][number]['values'];

const unitTexts = { count: '', seconds: ' s', milliseconds: ' ms', percent: ' %', blocks: '' } as const;

/** A value with its unit. */
export const figureText = (value: number | null | undefined, unit: ChartWidget['unit']): string =>
  value == null ? 'none' : numberText(Math.round(value * 10) / 10) + unitTexts[unit];

export interface SeriesFigures {
  readonly label: string;
  /** The newest value that there is. */
  readonly last: number | null;
  readonly lowest: number | null;
  readonly highest: number | null;
}

/** What a series says in three numbers. */
export function figuresOf({ label, values }: ChartWidget['series'][number]): SeriesFigures {
  const known = values.filter((value) => value !== null);
  const [first] = known;
  if (first === undefined) return { label, last: null, lowest: null, highest: null };
  return {
    label,
    last: known.at(-1) ?? null,
    lowest: known.reduce((a, b) => Math.min(a, b), first),
    highest: known.reduce((a, b) => Math.max(a, b), first),
  };
}

/** The thresholds that values are or were on the wrong side of, in words. */
export function crossings({ thresholds = [], series, unit }: ChartWidget): string[] {
  return thresholds.flatMap(({ value: limit, side, means }) => {
    const isWrong = (value: number | null): boolean =>
      value !== null && (side === 'above' ? value > limit : value < limit);
    const periods = Math.max(0, ...series.map(({ values }) => values.filter(isWrong).length));
    if (periods === 0) return [];
    const isNow = series.some(({ values }) => isWrong(lastOf(values)));
    return [
      `${isNow ? 'Now' : 'At times'} ${side} ${figureText(limit, unit)}: ${means.charAt(0).toLowerCase()}${means.slice(1)}.`,
    ];
  });
}

const lastOf = (values: Values): number | null => values.findLast((value) => value !== null) ?? null;

/** The chart in a sentence, for those who do not see it. */
export function describeChart(widget: ChartWidget): string {
  const { title, unit, series } = widget;
  const parts = series
    .map(figuresOf)
    .filter(({ last }) => last !== null)
    .map(
      ({ label, last, lowest, highest }) =>
        `${label} ${figureText(last, unit)}, between ${figureText(lowest, unit)} and ${figureText(highest, unit)}`,
    );
  return `${title}: ${parts.length === 0 ? 'no figures' : parts.join('; ')}. ${crossings(widget).join(' ')}`.trim();
}

/** As the chart draws it: seconds since the epoch, then the series; those of a stacked chart each on the ones before. */
export function plotData(
  { series, isStacked = false }: ChartWidget,
  from: string,
  periodSeconds: number,
): [number[], ...(number | null)[][]] {
  const [first] = series;
  const start = Date.parse(from) / 1_000;
  const times = (first?.values ?? []).map((_, at) => start + at * periodSeconds);
  let below: (number | null)[] = times.map(() => 0);
  const rows = series.map(({ values }) => {
    if (!isStacked) return [...values];
    below = values.map((value, at) => (value === null ? null : value + (below[at] ?? 0)));
    return below;
  });
  return [times, ...rows];
}
