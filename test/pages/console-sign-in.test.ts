import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { buildPages, localPages } from '../../infra/build-pages.ts';
import { describeInBrowser } from '../browser/browser.ts';
import { type Local, startLocal } from '../support/local.ts';
import { accessFaults, startChromium, views, visit } from './visit.ts';

describeInBrowser('where operators use IAM', () => {
  let local: Local;
  let browser: Browser;
  beforeAll(async () => {
    await buildPages(localPages);
    local = await startLocal();
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await local?.close();
  });

  test.each(views)('the console says that it cannot sign in, and what can (%j)', async (options) => {
    // What API Gateway answers to a request that is not signed, before any function is called.
    const forbidden = { status: 403, contentType: 'application/json', body: '{"message":"Forbidden"}' };
    const { page, faults } = await visit(browser, `${local.url}/console`, options, (page) =>
      page.route('**/v1/principal', (route) => route.fulfill(forbidden)),
    );
    await page
      .getByRole('heading', { name: 'This page cannot sign in: operators of this deployment use IAM' })
      .waitFor();
    expect(await page.getByRole('button', { name: 'Sign in' }).count()).toBe(0);
    const commands = await page.locator('pre').allInnerTexts();
    expect(commands).toEqual([
      expect.stringMatching(/^curl --aws-sigv4 "aws:amz:<region>:execute-api" .* http:\/\/\S+\/v1\/health$/),
      expect.stringMatching(/"roles": \["operator"\].* http:\/\/\S+\/v1\/keys$/),
    ]);
    expect([await accessFaults(page), faults]).toEqual([[], []]);
  });

  test('where they do not, a refusal of the service is no reason to say so', async () => {
    const { page } = await visit(browser, `${local.url}/console`);
    await page.getByLabel('API key or token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('the credential is not valid').waitFor();
    expect(await page.getByText('IAM').count()).toBe(0);
  });
});
