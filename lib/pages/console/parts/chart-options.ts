import uPlot from 'uplot';
import { type ChartWidget, figureText } from './chart-figures.ts';

const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [1, 4]];

export const seriesColour = (at: number): string => `--series-${(at % dashes.length) + 1}`;

/** How uPlot draws a chart, in the colours of the page as it is now. */
export function chartOptions(widget: ChartWidget, width: number, colour: (name: string) => string): uPlot.Options {
  const { series, unit, isStacked = false } = widget;
  const axis = {
    stroke: colour('--quiet'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line') },
  };
  return {
    width,
    height: 160,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    // All times of the console are UTC.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), 'Etc/UTC'),
    scales: { y: { range: (_, lowest, highest) => rangeOf(widget, lowest, highest) } },
    series: [
      {},
      ...series.map(({ label }, at) => ({
        label,
        stroke: colour(seriesColour(at)),
        width: 1.75,
        dash: dashes[at % dashes.length] ?? [],
        // A line has no length where both neighbours are unknown.
        points: { show: true, size: 4, filter: (plot: uPlot, series: number) => alone(plot.data[series] ?? []) },
        ...(isStacked && at === 0 && { fill: `${colour(seriesColour(at))}33` }),
      })),
    ],
    ...(isStacked && {
      bands: series
        .slice(1)
        .map((_, at) => ({ series: [at + 2, at + 1] as [number, number], fill: `${colour(seriesColour(at + 1))}33` })),
    }),
    axes: [
      {
        ...axis,
        size: 32,
        values: (_, ticks) => ticks.map((tick) => new Date(tick * 1_000).toISOString().slice(11, 16)),
      },
      {
        ...axis,
        ...((unit === 'count' || unit === 'blocks') && { incrs: wholeSteps }),
        size: 64,
        values: (_, ticks) => ticks.map((tick) => figureText(tick, unit)),
      },
    ],
    hooks: { draw: [(plot) => drawThresholds(plot, widget, colour)] },
  };
}

const alone = (values: ArrayLike<number | null | undefined>): number[] =>
  Array.from(values).flatMap((value, at) =>
    value != null && values[at - 1] == null && values[at + 1] == null ? [at] : [],
  );

const wholeSteps = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

function rangeOf(
  { unit, thresholds = [] }: ChartWidget,
  lowest: number | null,
  highest: number | null,
): [number, number] {
  if (unit === 'percent') return [0, 100];
  if (lowest === null || highest === null) return [0, 1];
  if (unit === 'blocks') return [lowest - 1, highest + 1];
  // A threshold is in the picture once values come near it.
  const near = thresholds.map(({ value }) => value).filter((value) => highest > value / 2);
  return [0, Math.max(1, highest, ...near) * 1.1];
}

function drawThresholds(
  { ctx, bbox, valToPos, scales }: uPlot,
  { thresholds = [] }: ChartWidget,
  colour: (name: string) => string,
): void {
  ctx.save();
  ctx.setLineDash([3, 3]);
  for (const { value, level } of thresholds) {
    if (value <= (scales.y?.min ?? 0) || value >= (scales.y?.max ?? 0)) continue;
    const y = valToPos(value, 'y', true);
    ctx.strokeStyle = colour(level === 'bad' ? '--bad' : '--warn');
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}
