import { Duration, type Stack } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type HorizontalAnnotation, Metric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { metricsNamespace, serviceName } from '../../lib/runtime/metric-names.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { type Threshold, type Widget, widgetSections, widgets } from '../../lib/usecases/status/widgets.ts';
import type { Watched } from '../monitoring/figure.ts';

/** The charts of the console, on CloudWatch: made of the same description, a row for each section. */
export function dashboard(stack: Stack, { environment, nodes }: Pick<Watched, 'environment' | 'nodes'>): void {
  new Dashboard(stack, 'dashboard', {
    dashboardName: namePrefix(environment),
    defaultInterval: Duration.hours(3),
    widgets: widgetSections.flatMap((section) => [
      [new TextWidget({ markdown: `## ${section}`, width: 24, height: 1 })],
      widgets.filter((widget) => widget.section === section).map((widget) => graphOf(widget, environment, nodes)),
    ]),
  });
}

const graphOf = (
  { title, unit, isStacked, perNode, series, thresholds = [] }: Widget,
  environment: string,
  nodes: readonly string[],
) =>
  new GraphWidget({
    title,
    width: 8,
    height: 6,
    stacked: isStacked ?? false,
    leftYAxis: { label: unit, showUnits: false, ...(unit !== 'blocks' && { min: 0 }) },
    leftAnnotations: thresholds.map(annotationOf),
    left: series.flatMap(({ metric, statistic, label }) => {
      const metricOf = (dimensions: Readonly<Record<string, string>>, name: string | undefined) =>
        new Metric({
          namespace: metricsNamespace,
          metricName: metric,
          dimensionsMap: { service: serviceName, environment, ...dimensions },
          statistic,
          period: Duration.minutes(1),
          ...(name !== undefined && { label: name }),
        });
      return perNode ? nodes.map((upstream) => metricOf({ upstream }, upstream)) : [metricOf({}, label)];
    }),
  });

const annotationOf = ({ value, level, means }: Threshold): HorizontalAnnotation => ({
  value,
  label: means,
  color: level === 'bad' ? '#d62728' : '#ff7f0e',
});
