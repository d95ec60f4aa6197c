import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildPages, localPages } from '../../infra/build-pages.ts';
import { describeInBrowser } from '../browser/browser.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import {
  confirmByKeyboard,
  focused,
  operatorKey as key,
  openConsole,
  openView,
  settled,
  signIn,
  tabTo,
} from './console-page.ts';
import { editedPurse, openDispute } from './disputed-account.ts';
import { startChromium } from './visit.ts';

describeInBrowser('an operator at the console', () => {
  let local: Local;
  let browser: Browser;
  let conflict = '';

  beforeAll(async () => {
    await buildPages(localPages);
    local = await startLocal({ nodes: 3 });
    browser = await startChromium();
    await local.post('/v1/sync', {}, asOperator);
    conflict = await openDispute(local);
  });
  afterAll(async () => {
    await browser?.close();
    await local?.close();
  });

  const at = (hash: string, credential?: string): Promise<Page> => openView(browser, local.url, hash, credential);
  const keyFor = async (role: string) => (await local.post('/v1/keys', { name: role, roles: [role] }, asOperator)).body;
  const statusOf = async () => (await local.get(`/v1/conflicts/${conflict}`, asOperator)).body.status;

  test('decides a conflict, sees it in the history and takes it back, by the keyboard alone', async () => {
    const { page } = await openConsole(browser, local.url);
    await page.locator('#credential:focus').waitFor();
    await page.keyboard.type(key);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('5');
    await page.getByRole('heading', { name: 'Conflicts' }).waitFor();
    expect(await focused(page)).toBe('Conflicts');
    const record = page.getByRole('link', { name: /^account account-hash-/ });
    await record.waitFor();
    await tabTo(page, await record.innerText());
    await page.keyboard.press('Enter');
    await page.getByText(editedPurse).first().waitFor();
    expect(await page.getByRole('cell', { name: 'confirms the chain’s value' }).count()).toBe(3);

    // Nothing is chosen before a person has chosen.
    await tabTo(page, 'Take the chain’s value');
    expect(await page.locator('[name=decision]:checked').count()).toBe(0);
    await page.keyboard.press('Space');
    await tabTo(page, 'Note: why');
    await page.keyboard.type('purses do not move');
    await tabTo(page, 'Show what would change');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'What would change' }).waitFor();
    expect(await statusOf()).toBe('awaiting-review');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Decided: the chain’s value is stored.').waitFor();
    expect(await statusOf()).toBe('resolved');

    await tabTo(page, 'The record and its history');
    await page.keyboard.press('Enter');
    await page.getByText('Each digest was made anew on this page.').waitFor();
    const newest = page.locator('.timeline li').first();
    expect(await newest.innerText()).toMatch(/2\. review\s+by local:operator-key/);
    expect(await newest.innerText()).toContain(editedPurse);

    await page.goBack();
    await page.getByRole('heading', { name: 'Take the decision back' }).waitFor();
    expect(await page.getByText('purses do not move').count()).toBe(1);
    await tabTo(page, 'Undo');
    await page.keyboard.press('Enter');
    await page.getByText('the conflict waits for a person again').waitFor();
    expect(await statusOf()).toBe('awaiting-review');
  });

  test('runs a tick of sync', async () => {
    const page = await at('#/sync');
    local.setHeight(62);
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByText(/^Blocks 61 to 62, /).waitFor();
    await page.getByRole('row').filter({ hasText: '61 to 62' }).waitFor();
  });

  test('sees the lag over time as a chart, in a sentence and as a table', async () => {
    const page = await at('#/sync');
    await page.getByRole('img', { name: /^Behind the chain: lag \d/ }).waitFor();
    await page.getByText('Figures of Behind the chain').click();
    const table = page.getByRole('table', { name: 'Behind the chain' });
    expect(await table.getByRole('row').nth(1).innerText()).toMatch(/^lag\s+\d+ s\s+\d+ s\s+\d+ s$/);
  });

  test('sees all keys of the console, and closes them again', async () => {
    const page = await at('#/nodes');
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Shortcuts' });
    await dialog.waitFor();
    expect(await dialog.innerText()).toContain('Reconciliation');
    await page.keyboard.press('5');
    expect(await page.evaluate('location.hash')).toBe('#/nodes');
    await page.getByLabel('Shortcuts are on').uncheck();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('Nodes');
    await page.keyboard.press('5');
    expect(await page.evaluate('location.hash')).toBe('#/nodes');
  });

  test('starts a run, and cancels it where it is', async () => {
    for (const node of local.nodes) node.fault('slow', { delayMs: 60_000 });
    const page = await at('#/reconciliation');
    await page.getByLabel('Compare').selectOption('the records of a kind');
    await page.getByLabel('Kind').selectOption('account');
    await page.getByLabel('Change nothing').check();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { name: 'Reconciliation every account' }).waitFor();
    await page.getByText('running', { exact: true }).waitFor();
    await confirmByKeyboard(page, 'Cancel the run');
    await page.getByText('The run was cancelled.').waitFor();
    await page.getByText('cancelled', { exact: true }).waitFor();
    for (const node of local.nodes) node.fault(undefined);
    const { body } = await local.get('/v1/reconciliations', asOperator);
    expect(body.items[0]).toMatchObject({ scope: { of: 'kind', kind: 'account' }, dryRun: true, status: 'cancelled' });
  });

  test('opens the report of a run as a page, without a credential in its URL', async () => {
    const run = (await local.post('/v1/reconciliations', {}, asOperator)).body.id;
    const page = await at(`#/reconciliation/${run}`);
    const [report] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('button', { name: 'Open the report as a page' }).click(),
    ]);
    await report.waitForURL(/\/reports\//);
    await report.getByText(run).first().waitFor();
    expect(report.url()).not.toContain(key);
    expect((await report.reload())?.status()).toBe(404);
  });

  test('makes a key, sees it once, replaces it and revokes it', async () => {
    const page = await at('#/keys');
    await page.getByLabel('Name: what it is for').fill('the till');
    await page.getByLabel('auditor: reads all that operators read').check();
    await page.getByRole('button', { name: 'Make the key' }).click();
    const shown = page.getByRole('region', { name: 'The new key' }).getByText(/^astk_/);
    const made = await shown.innerText();
    expect((await local.get('/v1/health', { authorization: `Bearer ${made}` })).status).toBe(200);
    await page.getByRole('button', { name: 'Hide it for good' }).click();
    expect(await page.getByText(made).count()).toBe(0);

    await page.getByRole('button', { name: 'Rotate the till' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate the till' }).click();
    await page.getByText('The old one works for another day.').waitFor();
    const next = await shown.innerText();
    expect(next).not.toBe(made);
    expect((await local.get('/v1/health', { authorization: `Bearer ${next}` })).status).toBe(200);
    await page.getByRole('button', { name: 'Hide it for good' }).click();

    const id = next.split('_')[1] ?? '';
    const row = page.getByRole('row').filter({ hasText: id });
    await row.getByRole('button', { name: 'Revoke the till' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke the till' }).click();
    await page.getByText(`The key ${id} was revoked`).waitFor();
    await row.getByText('revoked', { exact: true }).waitFor();
  });

  test('who only audits is offered nothing that changes something', async () => {
    const { key: audits } = await keyFor('auditor');
    const page = await at(`#/conflicts/${conflict}`, audits);
    await page.getByText(editedPurse).first().waitFor();
    for (const hash of [`#/conflicts/${conflict}`, '#/sync', '#/keys', '#/reconciliation']) {
      await page.goto(`${local.url}/console${hash}`);
      await settled(page);
      const names = await page.getByRole('main').getByRole('button').allInnerTexts();
      expect([hash, names]).toEqual([hash, []]);
    }
  });

  test('a credential that may not read what operators read is refused', async () => {
    const { page } = await openConsole(browser, local.url);
    await signIn(page, (await keyFor('reader')).key);
    await page.getByText('does not have the role auditor').waitFor();
  });

  test('a session that the service ends goes on where it was, with another credential', async () => {
    const { page } = await openConsole(browser, local.url, { hash: `#/conflicts/${conflict}` });
    await signIn(page, key);
    await page.getByText(editedPurse).first().waitFor();
    await page.route('**/v1/**', (route) =>
      route.fulfill({ status: 401, contentType: 'application/problem+json', body: JSON.stringify(refusal) }),
    );
    await page.keyboard.press('r');
    await page.getByText('The session has ended').waitFor();
    await page.unroute('**/v1/**');
    await signIn(page, key);
    await page.getByText(editedPurse).first().waitFor();
    expect(await page.evaluate('location.hash')).toBe(`#/conflicts/${conflict}`);
  });

  test('a reload forgets the credential', async () => {
    const page = await at('#/sync');
    await page.reload();
    await page.getByLabel('API key or token').waitFor();
    expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
  });

  test('who leaves the page leaves no session for the next person who goes back to it', async () => {
    const page = await at('#/keys');
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
    await page.getByLabel('API key or token').waitFor();
    expect(await page.getByRole('heading', { name: 'API keys' }).count()).toBe(0);
  });

  test('what was read before stays, and is called out of date, when the service does not answer', async () => {
    const page = await at('#/overview');
    await page.getByRole('heading', { name: /wrong$/ }).waitFor();
    await page.context().setOffline(true);
    await page.keyboard.press('r');
    await page.getByRole('heading', { name: 'The service does not answer' }).waitFor();
    await page.getByText('This may be out of date').first().waitFor();
    expect(await page.getByRole('heading', { name: 'Parts of the service' }).count()).toBe(1);
    await page.context().setOffline(false);
    await page.keyboard.press('r');
    await page.getByRole('heading', { name: 'The service does not answer' }).waitFor({ state: 'detached' });
  });

  test('a hidden page asks nothing, and asks again when it is seen', async () => {
    const page = await at('#/sync');
    let asked = 0;
    page.on('request', () => {
      asked += 1;
    });
    const show = (isHidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} }); document.dispatchEvent(new Event('visibilitychange'))`,
      );
    await show(true);
    await page.keyboard.press('r');
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
    expect(asked).toBe(0);
    const next = page.waitForRequest('**/v1/sync');
    await show(false);
    await next;
  });
});

const refusal = {
  type: 'about:blank',
  title: 'A valid credential is required',
  status: 401,
  detail: 'the credential is not valid',
  code: 'unauthenticated',
  retryable: false,
  requestId: 'r',
};
