import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildPages, localPages } from '../../infra/build-pages.ts';
import { describeInBrowser } from '../browser/browser.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { operatorKey as key, openConsole, settled, signIn } from './console-page.ts';
import { disputedAccount, openDispute } from './disputed-account.ts';
import { accessFaults, startChromium, type Visit } from './visit.ts';

const places = [
  'overview',
  'nodes',
  'sync',
  'cache',
  'conflicts',
  'conflicts/<conflict>',
  'records',
  'records/account/<account>',
  'reconciliation',
  'reconciliation/<run>',
  'webhooks',
  'webhooks/<webhook>',
  'keys',
  'audit',
  'explain',
  'explain/<request>',
];

describeInBrowser('the console', () => {
  let local: Local;
  let browser: Browser;
  let ids: Readonly<Record<string, string>> = {};
  const opened: Visit[] = [];
  const open = async (options: Parameters<typeof openConsole>[2] = {}): Promise<Page> => {
    const one = await openConsole(browser, local.url, options);
    opened.push(one);
    return one.page;
  };

  beforeAll(async () => {
    await buildPages(localPages);
    local = await startLocal({ nodes: 3 });
    browser = await startChromium();
    await local.post('/v1/sync', {}, asOperator);
    const conflict = await openDispute(local);
    const run = (await local.post('/v1/reconciliations', {}, asOperator)).body.id;
    const webhook = (await local.post('/v1/webhooks', { url: 'https://hooks.example/astake' }, asOperator)).body.id;
    await local.post('/v1/keys', { name: 'the shop', roles: ['writer'], note: 'asked for by the shop' }, asOperator);
    for (const node of local.nodes) node.fault('down');
    const failed = await local.get(`/v1/accounts/${disputedAccount}`, { 'cache-control': 'no-cache' });
    for (const node of local.nodes) node.fault(undefined);
    ids = { conflict, account: disputedAccount, run, webhook, request: failed.body.requestId };
  });
  afterAll(async () => {
    await browser?.close();
    await local?.close();
  });

  test('a credential that is not valid is refused with the reason of the service', async () => {
    const page = await open();
    await signIn(page, 'wrong');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('the credential is not valid');
    expect(await page.getByRole('alert').innerText()).toContain('unauthenticated');
    expect(await accessFaults(page)).toEqual([]);
  });

  describe.each([
    [1_200, 'light'],
    [1_200, 'dark'],
    [400, 'light'],
    [400, 'dark'],
  ] as const)('%d px wide, %s', (width, colorScheme) => {
    let page: Page;
    beforeAll(async () => {
      page = await open({ viewport: { width, height: 900 }, colorScheme, hash: '#/overview' });
      await signIn(page, key);
    });

    test.each(places)('axe finds nothing in %s, and nothing is wider than the window', async (place) => {
      await page.goto(`${local.url}/console#/${place.replace(/<(\w+)>/g, (_, name) => ids[name] ?? '')}`);
      await settled(page);
      expect(await accessFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    });
  });

  test('nothing is asked of another origin, and the browser has no complaint', () => {
    expect(opened.length).toBeGreaterThan(4);
    expect(opened.flatMap(({ faults }) => faults)).toEqual([]);
  });
});
