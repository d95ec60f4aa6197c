import { html } from '../../lib/runtime/html.ts';
import type { Threshold } from '../../lib/usecases/status/widget.ts';

export interface DrawnLine {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

export interface DrawnChart {
  readonly title: string;
  readonly unit: string;
  readonly isStacked: boolean;
  readonly thresholds: readonly Threshold[];
  readonly lines: readonly DrawnLine[];
  /** What is said where no line has a figure. */
  readonly whenEmpty: string;
}

/** From 0 to 1: of the whole time. */
export interface Shade {
  readonly from: number;
  readonly until: number;
}

const colours = ['#2563eb', '#d97706', '#059669', '#dc2626', '#7c3aed', '#0891b2', '#be185d', '#65a30d'];
const width = 220;
const height = 72;
/** More labels than these do not fit: they are counted. */
const mostLabels = 4;

/** A card: title, lines over the time with the staged faults shaded, and whose lines they are. */
export function chartCard(chart: DrawnChart, shades: readonly Shade[]): string {
  const known = chart.lines.filter(({ values }) => values.some((value) => value !== null));
  const body = known.length === 0 ? emptyBody(chart.whenEmpty) : bodyOf({ ...chart, lines: known }, shades);
  return `<figure><figcaption>${text(chart.title)} <i>${text(chart.unit)}</i></figcaption>${body}</figure>`;
}

const emptyBody = (why: string): string => `<p class="empty">${text(why)}</p>`;

function bodyOf({ lines: given, isStacked, thresholds, unit }: DrawnChart, shades: readonly Shade[]): string {
  const lines = isStacked ? stacked(given) : given;
  const values = lines.flatMap((line) => line.values.filter((value) => value !== null));
  const least = unit === 'blocks' ? Math.min(...values) : 0;
  const most = Math.max(...values, least + (unit === 'percent' ? 100 : 1));
  const y = (value: number) => round(height - 2 - ((value - least) / (most - least)) * (height - 4));
  const count = lines[0]?.values.length ?? 1;
  const x = (at: number) => round((at / Math.max(1, count - 1)) * width);
  const path = (line: DrawnLine, at: number) => pathOf(line.values, x, y, at);
  const painted = isStacked
    ? lines.map((line, at) => `<path d="${areaOf(line.values, x, y)}" fill="${colour(at)}"/>`).reverse()
    : lines.map(path);
  const limits = thresholds
    .filter(({ value }) => value > least && value < most)
    .map(({ value, level }) => `<line class="${level}" x1="0" x2="${width}" y1="${y(value)}" y2="${y(value)}"/>`);
  const bands = shades.map(
    ({ from, until }) =>
      `<rect class="fault" x="${round(from * width)}" width="${round((until - from) * width)}" y="0" height="${height}"/>`,
  );
  return `<svg viewBox="0 0 ${width} ${height}">${[...bands, ...painted, ...limits].join('')}</svg>
<small>${least === 0 ? '' : `${short(least)} to `}${short(most)}</small>${legendOf(given)}`;
}

function legendOf(lines: readonly DrawnLine[]): string {
  const shown = lines.slice(0, mostLabels).map(({ label }, at) => `<b style="color:${colour(at)}">■</b>${text(label)}`);
  const more = lines.length - mostLabels;
  return `<p>${[...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(' ')}</p>`;
}

/** Gaps stay gaps; a figure alone is a dot. */
function pathOf(
  values: readonly (number | null)[],
  x: (at: number) => number,
  y: (value: number) => number,
  line: number,
): string {
  let d = '';
  let isDown = false;
  const dots: string[] = [];
  values.forEach((value, at) => {
    if (value === null) {
      isDown = false;
      return;
    }
    const isAlone = !isDown && (values[at + 1] ?? null) === null;
    if (isAlone) dots.push(`<circle cx="${x(at)}" cy="${y(value)}" r="1.8" fill="${colour(line)}"/>`);
    d += `${isDown ? 'L' : 'M'}${x(at)} ${y(value)}`;
    isDown = true;
  });
  return `<path class="line" d="${d}" stroke="${colour(line)}"/>${dots.join('')}`;
}

function areaOf(values: readonly (number | null)[], x: (at: number) => number, y: (value: number) => number): string {
  const top = values.map((value, at) => `${at === 0 ? 'M' : 'L'}${x(at)} ${y(value ?? 0)}`).join('');
  return `${top}L${x(values.length - 1)} ${y(0)}L0 ${y(0)}Z`;
}

const stacked = (lines: readonly DrawnLine[]): DrawnLine[] => {
  const sums = (lines[0]?.values ?? []).map(() => 0);
  return lines.map(({ label, values }) => ({
    label,
    values: values.map((value, at) => {
      sums[at] = (sums[at] ?? 0) + (value ?? 0);
      return sums[at];
    }),
  }));
};

const colour = (at: number): string => colours[at % colours.length] ?? '#000';
const round = (value: number): number => Math.round(value * 10) / 10;

export const text = (raw: string): string => html`${raw}`.text;

export const short = (value: number): string =>
  Math.abs(value) >= 10_000
    ? `${Math.round(value / 1_000).toLocaleString('en')} k`
    : new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value);
