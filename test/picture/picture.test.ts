import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ofAws, own } from '../../infra/monitoring/figure.ts';
import { dashboardRows } from '../../infra/monitoring/rows.ts';
import { watched } from '../infra/monitoring/watched.ts';
import { chartList } from './chart-list.ts';
import { text } from './draw-chart.ts';
import { drawDashboard } from './draw-dashboard.ts';
import { createFigures } from './figures.ts';

const docs = join(import.meta.dirname, '../../docs');
const minuteMs = 60_000;
const rows = dashboardRows(watched).map(
  ({ name, widgets, charts }) => [name, [...widgets, ...charts].map(({ title }) => title)] as const,
);

test('the picture in docs has the charts of the dashboard, in their order; else: npm run picture', () => {
  expect(readFileSync(join(docs, 'dashboard.txt'), 'utf8')).toBe(chartList(watched));
});

test('the picture is 1,200 pixels wide, and has at most 250 KB', () => {
  const png = readFileSync(join(docs, 'dashboard.png'));
  expect([png.toString('latin1', 1, 4), png.readUInt32BE(16)]).toEqual(['PNG', 1_200]);
  expect(png.length).toBeLessThanOrEqual(250_000);
});

test('each chart is drawn in its row, with the figures that there are', () => {
  const figures = createFigures();
  const from = Math.floor(Date.now() / minuteMs) * minuteMs;
  figures.note(own(watched, 'AnswerFromCache'), 9);
  figures.note(own(watched, 'AnswerFromChain'), 1);
  const page = drawDashboard({ watched, figures, faults: [], from, until: from + 3 * minuteMs });
  const titles = [...page.matchAll(/<h2>(\w+)<\/h2>|<figcaption>(.+?) <i>/g)].map(([, row, title]) => row ?? title);
  const wanted = rows.flatMap(([row, charts]) => [row, ...(row === 'now' ? ['Alarms that stood'] : []), ...charts]);
  expect(titles).toEqual(wanted.map(text));
  expect(page).toContain('<strong>90</strong>');
});

test('what was counted is 0 where it was not, what was measured is not known, and what was never noted has no figure', () => {
  const figures = createFigures();
  const from = Math.floor(Date.now() / minuteMs) * minuteMs;
  figures.note(own(watched, 'SyncTick'), 1);
  figures.note(own(watched, 'SyncTick'), 1);
  figures.note(own(watched, 'SyncLagSeconds'), 5);
  const span = [from, from + 2 * minuteMs] as const;
  expect(figures.series(own(watched, 'SyncTick'), ...span)).toEqual([2, 0]);
  expect(figures.series(own(watched, 'SyncLagSeconds', 'Maximum'), ...span)).toEqual([5, null]);
  expect(figures.series(ofAws('Lambda', 'Throttles', 'Sum'), ...span)).toEqual([null, null]);
});
