import { runInNewContext } from 'node:vm';
import type { PlatformChart } from '../../infra/monitoring/chart.ts';
import { type MetricOf, own } from '../../infra/monitoring/figure.ts';
import { dashboardRows } from '../../infra/monitoring/rows.ts';
import type { Widget } from '../../lib/usecases/status/widget.ts';
import { alarmStrip } from './draw-alarms.ts';
import { chartCard, type DrawnChart, type Shade, short, text } from './draw-chart.ts';
import type { RecordedRun } from './record-run.ts';
import { style } from './style.ts';

/** The dashboard as one page: rows, charts and their order are those of the description, the figures those of the run. */
export function drawDashboard(run: RecordedRun): string {
  const shades = run.faults.map(
    (fault): Shade => ({ from: shareOf(fault.from, run), until: shareOf(fault.until, run) }),
  );
  const rows = dashboardRows(run.watched).map(({ name, widgets, charts }) => {
    const cards = [
      ...widgets.map((widget) => chartCard(ofWidget(widget, run), shades)),
      ...charts.map((chart) =>
        chart.ofSeconds === undefined ? chartCard(ofChart(chart, run), shades) : numberCard(chart, run),
      ),
    ];
    return `<h2>${name}</h2>${name === 'now' ? alarmStrip(run, shades) : ''}<div class="${name}">${cards.join('')}</div>`;
  });
  return `<!doctype html><meta charset="utf-8"><title>Dashboard</title><style>${style}</style>
<h1>Astake Lookup <span>the dashboard, with three hours of a local run on three recorded nodes; shaded: ${run.faults
    .map(({ name }) => text(name))
    .join(', ')}</span></h1>${rows.join('')}`;
}

const shareOf = (moment: number, { from, until }: Pick<RecordedRun, 'from' | 'until'>): number =>
  (moment - from) / (until - from);

/** The ports of the nodes are those of one run. */
const nodeLabel = (name: string, { watched }: RecordedRun): string => `node ${watched.nodes.indexOf(name) + 1}`;

function ofWidget({ title, unit, isStacked, perNode, series, thresholds = [] }: Widget, run: RecordedRun): DrawnChart {
  const valuesOf = (metric: MetricOf) => run.figures.series(metric, run.from, run.until);
  const lines = series.flatMap(({ metric, statistic, label }) =>
    perNode
      ? run.watched.nodes.map((node) => ({
          label: nodeLabel(node, run),
          values: valuesOf(own(run.watched, metric, statistic, node)),
        }))
      : [{ label: label ?? metric, values: valuesOf(own(run.watched, metric, statistic)) }],
  );
  return { title, unit, isStacked: isStacked ?? false, thresholds, lines, whenEmpty: 'nothing in these hours' };
}

function ofChart({ title, unit, isStacked, lines: given }: PlatformChart, run: RecordedRun): DrawnChart {
  const lines = given
    .map(({ metric, label }) => ({ label, values: run.figures.series(metric, run.from, run.until) }))
    .filter(({ values }) => values.some((value) => value !== null))
    .sort((a, b) => total(b.values) - total(a.values));
  const whenEmpty = 'only AWS measures this';
  return { title, unit, isStacked: isStacked ?? false, thresholds: [], lines, whenEmpty };
}

const total = (values: readonly (number | null)[]): number =>
  values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

/** What it says at the end of the run. */
function numberCard({ title, unit, ofSeconds = 0, lines, expression }: PlatformChart, run: RecordedRun): string {
  const figures = lines.map(({ metric }) => run.figures.latest(metric, ofSeconds, run.until));
  const label = expression?.label ?? lines[0]?.label ?? '';
  const value = expression === undefined ? figures[0] : calculated(expression.of, figures);
  return `<figure class="number"><figcaption>${text(title)} <i>${text(unit)}</i></figcaption><strong>${
    value === undefined ? '–' : short(value)
  }</strong><p>${text(label)}</p></figure>`;
}

/** Metric math, of which the dashboard uses sums, products and FILL. */
const calculated = (expression: string, figures: readonly (number | undefined)[]): number =>
  runInNewContext(expression, {
    FILL: (value: number | undefined, otherwise: number) => value ?? otherwise,
    ...Object.fromEntries(figures.map((value, at) => [`m${at}`, value])),
  });
