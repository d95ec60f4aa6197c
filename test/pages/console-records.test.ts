import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Download, Page } from 'playwright-core';
import { buildPages, localPages } from '../../infra/build-pages.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { describeInBrowser } from '../browser/browser.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { openView, tabTo } from './console-page.ts';
import { startChromium } from './visit.ts';

const { owner } = recordedExamples['chain-a'];
const { accounts } = recordedTruth('chain-a');

describeInBrowser('an operator at the console, with a question about a record', () => {
  let local: Local;
  let browser: Browser;
  const open = (hash: string): Promise<Page> => openView(browser, local.url, hash);
  const strike = (fault?: 'down') => {
    for (const node of local.nodes) node.fault(fault);
  };

  beforeAll(async () => {
    await buildPages(localPages);
    local = await startLocal({ nodes: 2, height: 20 });
    browser = await startChromium();
    // The account changes between these blocks.
    for (const height of [20, 60, 110]) {
      local.setHeight(height);
      await local.post('/v1/sync', {}, asOperator);
      expect((await local.get(`/v1/accounts/${owner}`)).status).toBe(200);
    }
  });
  afterAll(async () => {
    await browser?.close();
    await local?.close();
  });

  test('finds it by its id, and sees its value and its history with each digest checked, by the keyboard', async () => {
    const page = await open('#/overview');
    await page.keyboard.press('/');
    await page.locator('#search:focus').waitFor();
    await page.keyboard.type(owner);
    await page.keyboard.press('Enter');
    await page.getByText(/^\d found$/).waitFor();
    const link = page.getByRole('row').filter({ hasText: 'account' }).getByRole('link').first();
    await tabTo(page, await link.innerText());
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Record account' }).waitFor();
    await page.getByText('The trail holds. Each digest was made anew on this page.').waitFor();
    const { body } = await local.get(`/v1/accounts/${owner}/history`);
    expect(body.entries.length).toBeGreaterThan(1);
    const changes = await page.locator('.timeline li').allInnerTexts();
    expect(changes).toHaveLength(body.entries.length);
    for (const [at, { sequence, cause, digest }] of body.entries.entries())
      for (const part of [`${sequence}. ${cause} by `, `digest holds: ${digest}`]) expect(changes[at]).toContain(part);
  });

  test('is shown which entry does not match its digest', async () => {
    const page = await open('#/overview');
    await page.route('**/history*', async (route) => {
      const answer = await route.fetch();
      const history = await answer.json();
      history.entries[0].actor = 'no one';
      await route.fulfill({ response: answer, json: history });
    });
    await page.goto(`${local.url}/console#/records/account/${owner}`);
    await page.getByText('The trail does not hold: see what is marked.').waitFor();
    const changes = await page.locator('.timeline li').allInnerTexts();
    expect(changes.map((text) => text.includes('digest does not match'))).toEqual(changes.map((_, at) => at === 0));
  });

  test('searches the audit of a day, and saves all of it as the service gives it', async () => {
    const page = await open('#/audit');
    const today = new Date().toISOString().slice(0, 10);
    await page.getByLabel('From the day').fill('2026-01-01');
    await page.getByLabel('Through the day').fill('2026-01-02');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('Nothing was changed in these days.').waitFor();
    await page.getByLabel('Through the day').fill(today);
    await page.getByLabel('From the day').fill(today);
    await page.getByRole('button', { name: 'Show' }).click();
    const row = page.getByRole('row').filter({ hasText: owner.slice(-6) });
    await row.first().waitFor();
    for (const [type, label] of [
      ['csv', 'Download all as CSV'],
      ['json', 'Download all as JSON'],
      ['html', 'Download to print (HTML)'],
    ] as const) {
      const sent: Buffer[] = [];
      await page.route('**/v1/audit?*', async (route) => {
        const response = await route.fetch();
        const body = await response.body();
        sent.push(body);
        const { 'content-encoding': _, 'content-length': __, ...headers } = response.headers();
        await route.fulfill({ status: response.status(), headers, body });
      });
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: label }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(new RegExp(`^audit-${today}-[\\d-]+\\.${type}$`));
      const saved = await readFile(await download.path());
      await page.getByText(`Saved as ${download.suggestedFilename()}.`).waitFor();
      const [answer] = sent;
      if (answer === undefined) throw new Error('no report was asked for');
      if (type === 'json') expect(JSON.parse(saved.toString())).toEqual([JSON.parse(answer.toString())]);
      else expect(saved.equals(answer)).toBe(true);
      expect(saved.toString()).toContain(owner);
      if (type !== 'html') expect(await checked(download)).toMatch(/^\d+ entries in \d+ trails: whole$/m);
      await page.unroute('**/v1/audit?*');
    }
  });

  test('learns why a request failed: from its error to the nodes, and to each step', async () => {
    strike('down');
    const page = await open('#/overview');
    const failed = accounts.find(({ id }) => id !== owner)?.id;
    await page.goto(`${local.url}/console#/records/account/${failed}`);
    await page.getByRole('link', { name: 'Why: each step of this request' }).click();
    strike();
    await page.getByRole('heading', { name: /^It failed: chain unavailable/ }).waitFor();
    const nodes = page.getByRole('table', { name: 'What each node did' });
    for (const { url } of local.nodes)
      await nodes
        .getByRole('row')
        .filter({ hasText: new URL(url).host })
        .waitFor();
    const steps = await page.locator('.timeline li').allInnerTexts();
    expect(steps[0]).toMatch(/^\d+ ms Asked for account/);
    expect(steps.some((text) => /Cache\s+miss/.test(text))).toBe(true);
    expect(steps.some((text) => /Node \S+\s+failed[\s\S]*took \d+ ms[\s\S]*breaker (open|closed)/.test(text))).toBe(
      true,
    );
    expect(steps.at(-1)).toMatch(/Answer\s+chain unavailable/);
  });

  test('looks a request up by its id: why its answer was stale', async () => {
    strike('down');
    const stale = await local.get(`/v1/accounts/${owner}`, { 'cache-control': 'no-cache' });
    strike();
    const page = await open('#/overview');
    await page.keyboard.press('e');
    await page.locator('#request:focus').waitFor();
    await page.keyboard.type(stale.body.meta.requestId);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'It was answered from the database, and is stale' }).waitFor();
    const steps = await page.locator('.timeline li').allInnerTexts();
    expect(steps.some((text) => /Database\s+used[\s\S]*old, may be 24 h old/.test(text))).toBe(true);
    expect(steps.at(-1)).toMatch(/Answer\s+database[\s\S]*stale/);
  });

  test('is shown that nothing is kept of a request', async () => {
    const page = await open('#/explain/00000000-0000-4000-8000-000000000000');
    expect(await page.getByRole('alert').innerText()).toContain('there is no explanation of this request');
  });
});

/** What the example says of a report that was saved. */
async function checked(download: Download): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'astake-audit-'));
  try {
    const file = join(folder, download.suggestedFilename());
    await download.saveAs(file);
    const script = join(import.meta.dirname, '../../examples/check-audit.mjs');
    return (await promisify(execFile)(process.execPath, [script, file])).stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}
