import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildPages, localPages } from '../../infra/build-pages.ts';
import { embeddedRecording } from '../../infra/local/dev-chain/recorded-examples.ts';
import { describeInBrowser } from '../browser/browser.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { accessFaults, startChromium, type Visit, views, visit } from './visit.ts';

const key = asOperator.authorization.slice('Bearer '.length);

describeInBrowser('the reference', () => {
  let local: Local;
  let browser: Browser;
  let faults: Visit['faults'] = [];
  const open = async (operationId: string, ...more: [Parameters<typeof visit>[2]?, Parameters<typeof visit>[3]?]) => {
    const opened = await visit(browser, `${local.url}/docs#${operationId}`, ...more);
    ({ faults } = opened);
    await section(opened.page, operationId).locator('.try').waitFor();
    return opened.page;
  };
  const section = (page: Page, operationId: string) => page.locator(`section[id="${operationId}"]`);
  const send = (page: Page, operationId: string) =>
    section(page, operationId).getByRole('button', { name: 'Send' }).click();
  const status = (page: Page, operationId: string, code: number) =>
    section(page, operationId)
      .locator('.try .status', { hasText: String(code) })
      .waitFor();
  const body = async (page: Page, operationId: string) =>
    (await section(page, operationId).getByLabel(`Answer to ${operationId}`, { exact: true }).textContent()) ?? '';

  beforeAll(async () => {
    await buildPages(localPages);
    local = await startLocal({ recording: embeddedRecording, height: 45 });
    expect((await local.post('/v1/sync', {}, asOperator)).status).toBe(200);
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await local?.close();
  });
  afterEach(() => expect(faults).toEqual([]));

  test('has every operation of the contract, in the list too, and each can be opened', async () => {
    const page = await open('getReady');
    const { paths } = (await local.get('/v1/openapi.json')).body;
    const ids = Object.values(paths).flatMap((methods) =>
      Object.values(methods as object).map(({ operationId }) => operationId as string),
    );
    const sections = await page.locator('section.operation').evaluateAll((all) => all.map(({ id }) => id));
    expect(sections.toSorted()).toEqual(ids.toSorted());
    const links = page.locator('nav.operations a');
    expect(await links.count()).toBe(ids.length);
    for (const id of ids) {
      await page.locator(`nav.operations a[href="#${id}"]`).click();
      await section(page, id).locator('.try').waitFor();
    }
  });

  test('tries a call: status, headers and the answer', async () => {
    const page = await open('getAsset');
    await send(page, 'getAsset');
    await status(page, 'getAsset', 200);
    const expected = await local.get('/v1/assets/villas/0');
    expect(JSON.parse(await body(page, 'getAsset')).data).toEqual(expected.body.data);
    const headers = await section(page, 'getAsset').locator('.headers').textContent();
    for (const name of ['age', 'cache-control', 'etag']) expect(headers).toContain(name);
    expect(headers).toContain(expected.headers.get('etag'));

    await section(page, 'getAsset').getByLabel('tokenId path, required').fill('999');
    await section(page, 'getAsset').getByLabel('Cache-Control header').fill('no-cache, stale-if-error=0');
    await send(page, 'getAsset');
    await status(page, 'getAsset', 404);
    expect(JSON.parse(await body(page, 'getAsset'))).toMatchObject({ code: 'not_found', meta: { source: 'chain' } });
  });

  test('sends a body, and says what is wrong with it', async () => {
    const page = await open('lookup');
    await send(page, 'lookup');
    await status(page, 'lookup', 200);
    expect(JSON.parse(await body(page, 'lookup')).results).toHaveLength(2);
    await section(page, 'lookup').getByRole('textbox', { name: 'Body' }).fill('{"refs":');
    await send(page, 'lookup');
    await status(page, 'lookup', 400);
    expect(JSON.parse(await body(page, 'lookup')).code).toBe('invalid_request');
  });

  test('keeps a credential in memory alone, and not in the call that one copies', async () => {
    const page = await open('getSync');
    const call = section(page, 'getSync').getByLabel('The same call of getSync with curl', { exact: true });
    expect(await call.textContent()).toContain('Authorization: Bearer $ASTAKE_KEY');
    await send(page, 'getSync');
    await status(page, 'getSync', 401);
    await page.getByLabel('API key or token').fill(key);
    await send(page, 'getSync');
    await status(page, 'getSync', 200);
    const kept = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])';
    expect(await page.evaluate(kept)).not.toContain(key);
    expect(await page.content()).not.toContain(key);
    await page.reload();
    expect(await page.getByLabel('API key or token').inputValue()).toBe('');
  });

  test('forgets the credential when the page is left, which the browser may show again', async () => {
    const page = await open('getSync');
    await page.getByLabel('API key or token').fill(key);
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
    await send(page, 'getSync');
    await status(page, 'getSync', 401);
    expect(await page.getByLabel('API key or token').inputValue()).toBe('');
  });

  test('shows what a filter finds on a narrow screen', async () => {
    const page = await open('getReady', { viewport: { width: 400, height: 900 } });
    const hit = page.locator('nav.operations a[href="#rewindSync"]');
    expect(await hit.isVisible()).toBe(false);
    await page.getByLabel('Filter').fill('rewind');
    await hit.waitFor();
    await hit.click();
    await section(page, 'rewindSync').locator('.try').waitFor();
  });

  test('shows every digit of an answer', async () => {
    const exact = '{"big":12345678901234567890,"share":1.10,"none":[],"text":"a\\u0041 \\"1,2\\""}';
    const page = await open('getReady', {}, (before) =>
      before.route('**/v1/ready', (route) => route.fulfill({ contentType: 'application/json', body: exact })),
    );
    await send(page, 'getReady');
    await status(page, 'getReady', 200);
    expect((await body(page, 'getReady')).replace(/\s*\n\s*/g, '').replaceAll('": ', '":')).toBe(exact);
  });

  test('finds operations by words, and shows the members of a schema', async () => {
    const page = await open('getAsset');
    await page.getByLabel('Filter').fill('webhook rotate');
    expect(await page.locator('section.operation').evaluateAll((all) => all.map(({ id }) => id))).toEqual([
      'rotateWebhookSecret',
    ]);
    await page.getByLabel('Filter').fill('');
    const response = section(page, 'getAsset').locator('details.response').first();
    await response.locator('summary').first().click();
    await response.getByText('Members of meta').click();
    await response.getByText('How far behind the chain the value may be, in seconds; 0 where').waitFor();
    expect(await response.textContent()).toContain('"cache" or "chain" or "database" or "history"');
  });

  test.each(views)('has no fault that axe finds: $viewport.width px, $colorScheme', async (view) => {
    const page = await open('submitTransaction', view);
    await page.locator('section[id="getAsset"] summary').first().click();
    await send(page, 'getAsset');
    await status(page, 'getAsset', 200);
    await section(page, 'getAsset').locator('details.response summary').first().click();
    await section(page, 'getAsset').getByText('Members of data').first().click();
    expect(await accessFaults(page)).toEqual([]);
  });
});
