import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readCounted } from '../../infra/cost/counted.ts';
import { dailyEvents, monthOf } from '../../infra/cost/month.ts';
import { costPage } from '../../infra/cost/page.ts';
import { hitParts, sumOf } from '../../infra/cost/per-hit.ts';
import { watching, watchingCosts } from '../../infra/cost/watching.ts';
import { environmentsAt, webHitParts } from '../../infra/cost/web.ts';
import { appOf, resourcesOf, stackOf } from '../infra/template.ts';

const counted = readCounted();

test('docs/cost.md is what npm run cost prints', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/cost.md'), 'utf8');
  expect(page).toBe(costPage(counted));
});

test('a million hits cost the sum of what each is priced at', () => {
  const parts = hitParts(counted, { readsPerDay: 1e9, infrequentLogs: true });
  const dollarsOf = (name: string) => parts.find((part) => part.name === name)?.dollars;
  // 30.4 billion hits a month: the first 300 million at 1.00, all others at 0.90.
  expect(dollarsOf('gateway')).toBeCloseTo((300 + 30_100 * 0.9) / 30_400, 6);
  expect(dollarsOf('Lambda, requests')).toBe(0.2);
  expect(sumOf(parts)).toBeCloseTo(
    parts.reduce((sum, { dollars }) => sum + dollars, 0),
    9,
  );
});

test('of one process for many requests a million hits have their share of its environments, and no gateway', () => {
  expect([1, 1e5, 1e9].map(environmentsAt)).toEqual([1, 1, 38]);
  const parts = webHitParts(counted, 1e9);
  expect(parts.map(({ name }) => name)).toEqual(['requests', 'CPU', 'memory', 'DynamoDB, reads', 'DynamoDB, writes']);
  expect(parts.find(({ name }) => name === 'memory')?.dollars).toBeCloseTo((38 * 2 * 24 * 0.00356) / 1e3, 6);
  expect(sumOf(parts)).toBeLessThan(sumOf(hitParts(counted, { readsPerDay: 1e9, infrequentLogs: true })));
});

test('each tracked record is renewed once in 20 days and the time until its next read, and cold where that comes after 30', () => {
  const { cold, renewals, tracked } = dailyEvents({ readsPerDay: 1e9, records: 1e6 }, counted);
  expect(renewals).toBeCloseTo(1e6 / 20.001, 0);
  expect(cold).toBeCloseTo(0, 6);
  expect(tracked).toBeCloseTo(1e6, 0);
  const rare = dailyEvents({ readsPerDay: 1e5, records: 1e8 }, counted);
  // Nearly every read is of a record that was never read within 30 days.
  expect(rare.cold / 1e5).toBeGreaterThan(0.95);
});

test('a month with ten times the reads of as many records costs more, and no part costs less', () => {
  const few = monthOf({ readsPerDay: 1e7, records: 1e6 }, counted);
  const many = monthOf({ readsPerDay: 1e8, records: 1e6 }, counted);
  expect(sumOf(many)).toBeGreaterThan(sumOf(few));
  for (const [index, { name, dollars }] of few.entries()) {
    if (name !== 'cold reads') expect(many[index]?.dollars).toBeGreaterThanOrEqual(dollars);
  }
});

test('each metric of the service, of its nodes and of its measured routes is paid for', () => {
  const source = readFileSync(join(import.meta.dirname, '../../lib/domain/ports/telemetry.ts'), 'utf8');
  const [own = '', ofNode = ''] = source.split('export type UpstreamMetric');
  const namesIn = (text: string) => [...text.matchAll(/^ {2}\| '\w+'/gm)].length;
  const app = appOf();
  const propertiesOf = (part: 'api' | 'data', type: string) =>
    [...resourcesOf(stackOf(app, 'production', part), type).values()].map(({ Properties }) => Properties);
  const [stage] = propertiesOf('api', 'AWS::ApiGatewayV2::Stage');
  const settings: { DetailedMetricsEnabled?: boolean }[] = Object.values(stage.RouteSettings);
  const tables = propertiesOf('data', 'AWS::DynamoDB::Table').filter(
    ({ ContributorInsightsSpecification: insights }) => insights?.Enabled,
  );
  expect(watching).toMatchObject({
    ownMetrics: namesIn(own) + 2 * namesIn(ofNode),
    // Count, 4xx, 5xx, Latency, IntegrationLatency, DataProcessed.
    routeMetrics: 6 * settings.filter((route) => route.DetailedMetricsEnabled).length,
    // One for partition keys, another one where there is a sort key.
    insightRules: tables.reduce((sum, { KeySchema }) => sum + KeySchema.length, 0),
  });
});

test('what the runbook says that watching costs is what the page has', () => {
  const runbook = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
  expect(runbook).toContain(`What watching costs a month, with two nodes: ${watchingCosts}`);
  expect(costPage(counted)).toContain(watchingCosts);
});
