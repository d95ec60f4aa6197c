import { Duration, type Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type HorizontalAnnotation,
  type IAlarm,
  type IWidget,
  MathExpression,
  Metric,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { namePrefix } from '../../lib/runtime/names.ts';
import type { Threshold, Widget } from '../../lib/usecases/status/widget.ts';
import { type Line, type PlatformChart, rowMeans } from '../monitoring/chart.ts';
import { type MetricOf, own, type Watched } from '../monitoring/figure.ts';
import { dashboardRows } from '../monitoring/rows.ts';

const whole = 24;
const third = 8;

/** The charts of the console and those of what AWS measures, row by row; above them the alarms that stand. */
export function dashboard(stack: Stack, watched: Watched, alarms: readonly IAlarm[] = []): void {
  new Dashboard(stack, 'dashboard', {
    dashboardName: namePrefix(watched.environment),
    defaultInterval: Duration.hours(3),
    widgets: dashboardRows(watched).flatMap(({ name, widgets, charts }): IWidget[][] => [
      [new TextWidget({ markdown: `## ${name}\n${rowMeans[name]}`, width: whole, height: 2 })],
      ...(name === 'now' && alarms.length > 0
        ? [[new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: whole, height: 3 })]]
        : []),
      [...widgets.map((widget) => graphOf(widget, watched)), ...charts.map(chartWidget)],
    ]),
  });
}

/** A chart of the console. */
const graphOf = ({ title, unit, isStacked, perNode, series, thresholds = [] }: Widget, watched: Watched) =>
  new GraphWidget({
    title,
    width: third,
    height: 6,
    stacked: isStacked ?? false,
    leftYAxis: { label: unit, showUnits: false, ...(unit !== 'blocks' && { min: 0 }) },
    leftAnnotations: thresholds.map(annotationOf),
    left: series.flatMap(({ metric, statistic, label }) =>
      perNode
        ? watched.nodes.map((node) => metricOf(own(watched, metric, statistic, node), node))
        : [metricOf(own(watched, metric, statistic), label)],
    ),
  });

function chartWidget({ title, unit, isStacked, ofSeconds, lines, expression }: PlatformChart): IWidget {
  const period = Duration.seconds(ofSeconds ?? 60);
  const shown =
    expression === undefined
      ? lines.map(({ metric, label }) => metricOf(metric, label, period))
      : [
          new MathExpression({
            expression: expression.of,
            label: expression.label,
            usingMetrics: named(lines, period),
            period,
          }),
        ];
  if (ofSeconds !== undefined)
    return new SingleValueWidget({ title: `${title} (${unit})`, metrics: shown, width: 4, height: 3 });
  return new GraphWidget({
    title,
    width: third,
    height: 6,
    stacked: isStacked ?? false,
    leftYAxis: { label: unit, showUnits: false, min: 0 },
    left: shown,
  });
}

const named = (lines: readonly Line[], period: Duration): Record<string, Metric> =>
  Object.fromEntries(lines.map(({ metric, label }, at) => [`m${at}`, metricOf(metric, label, period)]));

const metricOf = (
  { namespace, name, statistic, dimensions }: MetricOf,
  label: string | undefined,
  period = Duration.minutes(1),
) =>
  new Metric({
    namespace,
    metricName: name,
    dimensionsMap: { ...dimensions },
    statistic,
    period,
    ...(label !== undefined && { label }),
  });

const annotationOf = ({ value, level, means }: Threshold): HorizontalAnnotation => ({
  value,
  label: means,
  color: level === 'bad' ? '#d62728' : '#ff7f0e',
});
