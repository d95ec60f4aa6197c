import type { Widget } from '../../lib/usecases/status/widget.ts';
import { widgets } from '../../lib/usecases/status/widgets.ts';
import { type PlatformChart, rows } from './chart.ts';
import { chartsOf } from './charts.ts';
import type { Watched } from './figure.ts';

const rowOf = {
  readers: 'readers',
  nodes: 'chain',
  sync: 'following',
  truth: 'truth',
  store: 'store',
  events: 'machinery',
} as const satisfies Record<Widget['section'], (typeof rows)[number]>;

export interface DashboardRow {
  readonly name: (typeof rows)[number];
  /** Of the console, and first. */
  readonly widgets: readonly Widget[];
  readonly charts: readonly PlatformChart[];
}

/** The dashboard, from top to bottom: what the stack makes, and what its picture shows. */
export function dashboardRows(watched: Watched): DashboardRow[] {
  const charts = chartsOf(watched);
  return rows.map((name) => ({
    name,
    widgets: widgets.filter(({ section }) => rowOf[section] === name),
    charts: charts.filter(({ row }) => row === name),
  }));
}
