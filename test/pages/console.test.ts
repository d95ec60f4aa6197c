import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildPages, localPages } from '../../infra/build-pages.ts';
import type { EntityRef } from '../../lib/domain/entity.ts';
import { chromium } from '../browser/browser.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { type ConsolePage, launch, openConsole, signIn, violations } from './console-page.ts';

const key = asOperator.authorization.slice('Bearer '.length);
const user = 'account-hash-07057cd1dd5ecd8b77a0249f04eb91cb5694600d01155d63ba23f1c364598237';
const edited = `uref-${'ab'.repeat(32)}-007`;
const views = ['overview', 'nodes', 'sync', 'conflicts'];

(chromium === undefined ? describe.skip : describe)('the console', () => {
  let local: Local;
  let browser: Browser;
  let conflict = '';
  const opened: ConsolePage[] = [];
  const open = async (options: Parameters<typeof openConsole>[2] = {}): Promise<Page> => {
    const one = await openConsole(browser, local.url, options);
    opened.push(one);
    return one.page;
  };

  beforeAll(async () => {
    await buildPages(localPages);
    local = await startLocal({ nodes: 3 });
    browser = await launch();
    await local.get('/v1/assets/villas/0');
    await local.post('/v1/sync', {}, asOperator);
    conflict = await disputed();
  });
  afterAll(async () => {
    await browser?.close();
    await local?.close();
  });

  /** A conflict that waits for a person: a purse was edited outside the service. */
  async function disputed(): Promise<string> {
    const path = `/v1/accounts/${user}`;
    await local.get(path);
    await edit({ kind: 'account', id: user }, { mainPurse: edited });
    await local.get(path, { 'cache-control': 'no-cache' });
    for (;;) {
      const { items } = (await local.get('/v1/conflicts?status=awaiting-review', asOperator)).body;
      if (items.length > 0) return items[0].id;
    }
  }

  async function edit(ref: EntityRef, change: object): Promise<void> {
    const { records } = local.stack.store;
    const record = await records.get(ref);
    if (record?.value == null) throw new Error(`${ref.kind} ${ref.id} is not stored`);
    const { block, sequence } = record;
    await records.save({ ...record, value: { ...record.value, ...change } }, { ...block, sequence }, undefined);
  }

  test('a credential that is not valid is refused with the reason of the service', async () => {
    const page = await open();
    await signIn(page, 'wrong');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('the credential is not valid');
    expect(await page.getByRole('alert').innerText()).toContain('unauthenticated');
    expect(await violations(page)).toEqual([]);
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

    test.each([...views, 'conflicts/<id>'])(
      'axe finds nothing in %s, and nothing is wider than the window',
      async (place) => {
        await page.goto(`${local.url}/console#/${place.replace('<id>', conflict)}`);
        await page.locator('.freshness', { hasText: /^Read/ }).first().waitFor();
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      },
    );
  });
});
