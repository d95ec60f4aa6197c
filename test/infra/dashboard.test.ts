import { expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { type PlatformChart, rowMeans, rows } from '../../infra/monitoring/chart.ts';
import { chartsOf } from '../../infra/monitoring/charts.ts';
import { dashboard } from '../../infra/stacks/dashboard.ts';
import { widgets } from '../../lib/usecases/status/widgets.ts';
import { watched } from './monitoring/watched.ts';

const nodes = ['one', 'two'];

function body(): { readonly widgets: readonly Graph[] } {
  const stack = new Stack(new App(), 'stack', { env: { region: 'eu-central-1' } });
  dashboard(stack, { ...watched, environment: 'dev', nodes });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::CloudWatch::Dashboard', {
    DashboardName: 'astake-lookup-dev',
    DashboardBody: Match.anyValue(),
  });
  const [made] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  return JSON.parse(textOf(made?.Properties.DashboardBody));
}

/** The text of a property, with the region by its name. */
const textOf = (property: string | { readonly 'Fn::Join': readonly [string, readonly unknown[]] }): string =>
  typeof property === 'string'
    ? property
    : property['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'eu-central-1')).join('');

interface Graph {
  readonly type: string;
  readonly properties: {
    readonly title: string;
    readonly markdown?: string;
    readonly metrics: readonly (readonly unknown[])[];
    readonly annotations?: { readonly horizontal: readonly { readonly value: number; readonly label: string }[] };
  };
}

test('the dashboard has every chart of the console, with its series and thresholds, and those of what AWS measures', () => {
  const graphs = body().widgets.filter(({ type }) => type === 'metric');
  const charts = chartsOf({ ...watched, environment: 'dev', nodes });
  const titleOf = ({ title, unit, ofSeconds }: PlatformChart) =>
    ofSeconds === undefined ? title : `${title} (${unit})`;
  const titles = [...widgets.map(({ title }) => title), ...charts.map(titleOf)];
  expect(graphs.map(({ properties }) => properties.title).sort()).toEqual(titles.sort());
  expect(new Set(titles).size).toBe(titles.length);
  for (const chart of charts) {
    const graph = graphs.find(({ properties }) => properties.title === titleOf(chart)) as Graph;
    const lines = chart.lines.length + (chart.expression === undefined ? 0 : 1);
    expect([chart.title, graph.properties.metrics.length]).toEqual([chart.title, lines]);
  }
  for (const { title, series, perNode, thresholds = [] } of widgets) {
    const graph = graphs.find(({ properties }) => properties.title === title) as Graph;
    const { metrics, annotations } = graph.properties;
    expect(metrics).toHaveLength(perNode ? nodes.length : series.length);
    expect(metrics.map(([, name]) => name)).toEqual(
      perNode ? nodes.map(() => series[0]?.metric) : series.map(({ metric }) => metric),
    );
    expect(annotations?.horizontal.map(({ value, label }) => [value, label]) ?? []).toEqual(
      thresholds.map(({ value, means }) => [value, means]),
    );
  }
});

test('its rows are in the order in which one looks, and each says what it shows', () => {
  const headings = body().widgets.flatMap(({ type, properties }) => (type === 'text' ? [properties.markdown] : []));
  expect(headings).toEqual(rows.map((name) => `## ${name}\n${rowMeans[name]}`));
  expect(headings[0]).toContain('docs/operations.md');
});

test('each node is a dimension', () => {
  const height = body().widgets.find(({ properties }) => properties.title === 'Height');
  expect(height?.properties.metrics.map((metric) => metric.slice(0, 8))).toEqual(
    nodes.map((node) => [
      'AstakeLookup',
      'UpstreamHeight',
      'environment',
      'dev',
      'service',
      'astake-lookup',
      'upstream',
      node,
    ]),
  );
});
