import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildPages, localPages } from '../../infra/build-pages.ts';
import { embeddedRecording } from '../../infra/local/dev-chain/recorded-examples.ts';
import { describeInBrowser } from '../browser/browser.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { accessFaults, startChromium, type Visit, views, visit } from './visit.ts';

describeInBrowser('the first page', () => {
  let local: Local;
  let browser: Browser;
  let faults: Visit['faults'] = [];
  const open = async (...[options, prepare]: [Parameters<typeof visit>[2]?, Parameters<typeof visit>[3]?]) => {
    const opened = await visit(browser, `${local.url}/`, options, prepare);
    ({ faults } = opened);
    return opened.page;
  };
  const answer = (page: Page) => page.locator('.answer pre');
  const source = (page: Page) => page.locator('.source').textContent();

  beforeAll(async () => {
    await buildPages(localPages);
    local = await startLocal({ recording: embeddedRecording });
    expect((await local.post('/v1/sync', {}, asOperator)).status).toBe(200);
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await local?.close();
  });
  afterEach(() => expect(faults).toEqual([]));

  test('says on which network and at which block the service stands, and that it is ready', async () => {
    const page = await open();
    const standing = page.locator('.standing');
    await standing.waitFor();
    const text = await standing.textContent();
    expect(text).toContain('Ready: the data is less than 120 s behind the chain.');
    expect(text).toContain(local.node.chainName);
    expect(text).toContain('Followed through block60');
  });

  test('says that the service does not answer', async () => {
    const page = await open({}, (before) => before.route('**/v1/ready', (route) => route.abort()));
    await page.getByText('Not ready: the service does not answer.', { exact: true }).waitFor();
  });

  test('says that its figures are old while the service does not answer', async () => {
    const page = await open();
    await page.getByText('Ready: the data').waitFor();
    await page.route('**/v1/ready', (route) => route.abort());
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.getByText('Not ready: the service does not answer. The figures are those of its last answer.').waitFor();
  });

  test('answers an id with the value, its source and its block in words', async () => {
    const page = await open();
    await page.getByLabel('Id').fill('villas:1');
    expect(await page.getByLabel('Kind').inputValue()).toBe('asset');
    await page.getByLabel('Id').press('Enter');
    await answer(page).waitFor();
    expect(await source(page)).toMatch(
      /^From the chain, as of block 60\. It is proved in the state of block 60, which validators/,
    );
    const { data } = JSON.parse((await answer(page).textContent()) ?? '');
    expect(data).toEqual((await local.get('/v1/assets/villas/1')).body.data);
    await page.getByRole('button', { name: 'Look up' }).click();
    await page.getByText('From the cache, without a call to a node: as of block 60.').waitFor();
    await page.getByRole('button', { name: 'Ask the chain' }).click();
    await page.getByText('From the chain, as of block 60.').waitFor();
  });

  test('says that the chain has no such thing, and why an id is refused', async () => {
    const page = await open();
    await page.getByLabel('Id').fill('villas:999');
    await page.getByRole('button', { name: 'Look up' }).click();
    await page.getByText('The chain has no such asset at block 60. From the chain, as of block 60.').waitFor();
    await page.getByLabel('Id').fill('account-hash-12');
    await page.getByRole('button', { name: 'Look up' }).click();
    await page.locator('.answer .s4', { hasText: '400' }).waitFor();
  });

  test('offers ids of the deployment, and answers each', async () => {
    const page = await open();
    const samples = page.locator('.samples button');
    await samples.first().waitFor();
    expect(await samples.count()).toBe(5);
    for (const sample of await samples.all()) {
      await sample.click();
      const kind = (await sample.textContent())?.split(' ')[0];
      await page.locator('.answer pre', { hasText: `"kind": "${kind}"` }).waitFor();
      expect(await page.locator('.answer .status').textContent()).toBe('200');
    }
  });

  test('copies calls that work as they are', async () => {
    const page = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('.samples button').first().waitFor();
    await page.getByRole('button', { name: 'Copy the call with curl' }).click();
    await page.getByText('Copied').waitFor();
    const copied = String(await page.evaluate('navigator.clipboard.readText()'));
    expect(copied).toBe(`curl -sS '${local.url}/v1/assets/villas/0'`);
    await page.getByRole('button', { name: 'Copy the lines with the client' }).click();
    await page.getByText('Copied').waitFor();
    const lines = String(await page.evaluate('navigator.clipboard.readText()'));
    expect(lines).toContain(`createClient({ url: "${local.url}" })`);
    // The name under which the built client installs itself.
    const [, name] = /from "([^"]+)"/.exec(lines) ?? [];
    expect(readFileSync(join(import.meta.dirname, '../../infra/build-client.ts'), 'utf8')).toContain(`'${name}'`);
  });

  test('names every route, each with a link to the reference', async () => {
    const page = await open();
    await page.locator('.routes a').first().waitFor();
    const links = await page.locator('.routes a').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    const { paths } = (await local.get('/v1/openapi.json')).body;
    const ids = Object.values(paths).flatMap((methods) =>
      Object.values(methods as object).map(({ operationId }) => operationId as string),
    );
    expect(links.toSorted()).toEqual(ids.map((id) => `/docs#${id}`).toSorted());
  });

  test.each(views)('has no fault that axe finds: $viewport.width px, $colorScheme', async (view) => {
    const page = await open(view);
    await page.locator('.samples button').first().click();
    await answer(page).waitFor();
    await page.locator('.routes a').first().waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });
});
