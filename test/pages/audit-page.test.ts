import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { chainEntry } from '../../lib/domain/audit-chain.ts';
import type { AuditEntry } from '../../lib/domain/record.ts';
import type { AuditHeading } from '../../lib/runtime/audit-heading.ts';
import { auditPage, auditPageRow } from '../../lib/runtime/audit-page.ts';
import { describeInBrowser } from '../browser/browser.ts';
import { accessFaults, startChromium } from './visit.ts';

const from = '2026-11-01T00:00:00.000Z';
const heading: AuditHeading = {
  service: { name: 'astake-lookup', network: 'casper', environment: 'production', version: '1.0.0', logicVersion: 2 },
  askedBy: 'key:auditor',
  askedAt: '2026-12-01T08:00:00.000Z',
  from,
  until: '2026-12-01T00:00:00.000Z',
};
const ref = { kind: 'account', id: `account-hash-${'ab'.repeat(32)}` };
const entryAt = (sequence: number): AuditEntry =>
  chainEntry({
    ref,
    sequence,
    cause: 'sync',
    actor: 'service',
    before: { total: '1', text: '<b>&' },
    after: { total: '2'.repeat(sequence % 7 === 0 ? 900 : 20), text: null },
    block: { height: sequence, hash: 'cd'.repeat(32), timestamp: from },
    timestamp: new Date(Date.parse(from) + sequence).toISOString(),
    previousDigest: null,
  });
const rows = Array.from({ length: 60 }, (_, at) =>
  auditPageRow(entryAt(at + 1), at === 3 ? 'the entry was changed' : null),
);
const broken = [{ ref, sequence: 4, problem: 'the entry was changed' }];
const summary = {
  entries: 60,
  byCause: { sync: 60 },
  byKind: { account: 60 },
  byActor: { service: 58, 'key:operator': 2 },
  trails: 1,
  chainsWhole: false,
  brokenTrails: 1,
  firstBroken: broken[0] ?? null,
};
const document = auditPage({
  heading,
  page: { rows, next: '2026-11-02T00:00:00.000Z', summary, broken, trails: [] },
  coverage: { run: '01TEST', records: 10, verified: 9, share: 0.9, oldest: from, oldestSeconds: 60, at: from },
  from,
  next: '/v1/audit?from=2026-11-01&until=2026-12-01&format=html&cursor=abc',
});

test('what is broken comes before everything else, and the page says where it ends', () => {
  const places = [
    'trails of this page are broken',
    'Broken trails</h2>',
    'Coverage of reconciliation',
    'Principals</h2>',
    'Changes</h2>',
    'rel="next"',
  ];
  const found = places.map((text) => document.indexOf(text));
  expect(found).toEqual([...found].sort((a, b) => a - b));
  expect(found).not.toContain(-1);
  expect(document).toContain('the next page goes on from there');
  expect(document).toContain('&lt;b&gt;&amp;');
  expect(document).not.toContain('<script');
});

describeInBrowser('in a browser', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await startChromium();
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    await page.setContent(document);
  });
  afterAll(() => browser?.close());

  test.each(['light', 'dark'] as const)('no violation that axe finds, %s, wide and narrow', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, media: 'screen' });
    for (const width of [1200, 400]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await accessFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
  });

  test('on paper: A4, heads on every page, no row cut, nothing beyond the edge', async () => {
    await page.emulateMedia({ media: 'print' });
    // 277 mm of 96 pixels an inch: A4 across, less its margins.
    await page.setViewportSize({ width: 1046, height: 700 });
    const styles = await page.evaluate(`({
      head: getComputedStyle(document.querySelector('.entries thead')).display,
      row: getComputedStyle(document.querySelector('.entries tbody tr')).breakInside,
      fits: [...document.querySelectorAll('table')].every((table) => table.getBoundingClientRect().right <= innerWidth),
    })`);
    expect(styles).toEqual({ head: 'table-header-group', row: 'avoid', fits: true });
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const sizes = [...pdf.matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, width, height]) => [
      Math.round(Number(width)),
      Math.round(Number(height)),
    ]);
    expect(sizes.length).toBeGreaterThan(1);
    expect(new Set(sizes.map(String))).toEqual(new Set(['842,595']));
  });
});
