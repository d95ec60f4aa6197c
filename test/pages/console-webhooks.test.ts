import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildPages, localPages } from '../../infra/build-pages.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { describeInBrowser } from '../browser/browser.ts';
import { eventually } from '../faults/child.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { confirmByKeyboard, openView, tabTo } from './console-page.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { accessFaults, startChromium } from './visit.ts';

const { account } = recordedExamples['chain-a'];

describeInBrowser('an operator at the console, with a receiver of events', () => {
  let local: Local;
  let browser: Browser;
  let receiver: Receiver;
  let page: Page;
  let id = '';
  const webhook = async () => (await local.get(`/v1/webhooks/${id}`, asOperator)).body;

  beforeAll(async () => {
    await buildPages(localPages);
    local = await startLocal({ env: { ASTAKE_WEBHOOK_ALLOW_PRIVATE: 'on' } });
    receiver = await startReceiver();
    browser = await startChromium();
    page = await openView(browser, local.url, '#/webhooks');
  });
  afterAll(async () => {
    await browser?.close();
    await receiver?.close();
    await local?.close();
  });

  test('makes a webhook by the keyboard, and sees its secret once', async () => {
    await tabTo(page, 'URL of the receiver');
    await page.keyboard.type(receiver.url);
    await tabTo(page, 'Description, for other operators');
    await page.keyboard.type('the shop');
    await tabTo(page, 'Send only some events');
    await page.keyboard.press('Enter');
    await tabTo(page, 'RecordChanged: a value has changed');
    await page.keyboard.press('Space');
    await tabTo(page, 'account');
    await page.keyboard.press('Space');
    expect(await accessFaults(page)).toEqual([]);
    await tabTo(page, 'Make the webhook');
    await page.keyboard.press('Enter');
    const shown = page.getByRole('region', { name: 'The new secret' });
    receiver.secrets.push(await shown.getByText(/^whsec_/).innerText());
    expect(await accessFaults(page)).toEqual([]);
    await shown.getByRole('button', { name: 'Hide it for good' }).click();
    expect(await page.getByText(/whsec_/).count()).toBe(0);
    id = (await local.get('/v1/webhooks', asOperator)).body.items[0].id;
    expect(await webhook()).toMatchObject({
      url: receiver.url,
      description: 'the shop',
      filter: { types: ['RecordChanged'], kinds: ['account'], collection: null, account: null },
    });
  });

  test('a URL that is refused says why, and keeps what was typed', async () => {
    await page.getByLabel('URL of the receiver').fill('ftp://example.com');
    await page.getByRole('button', { name: 'Make the webhook' }).click();
    expect(await page.getByRole('alert').innerText()).toMatch(/url/);
    expect(await page.getByLabel('URL of the receiver').inputValue()).toBe('ftp://example.com');
  });

  test('sends a test, which the receiver takes by the secret that was shown', async () => {
    await page.getByRole('link', { name: receiver.url }).click();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText(/^The receiver took the test, with status 204/).waitFor();
    expect(receiver.taken.map(({ type }) => type)).toEqual(['WebhookTest']);
  });

  test('pauses it, and nothing is sent until it is resumed', async () => {
    await confirmByKeyboard(page, 'Pause');
    await page.getByText('Paused: nothing is sent until it is resumed.').waitFor();
    await page.getByText('paused', { exact: true }).waitFor();
    await local.get(`/v1/accounts/${account}`);
    await tabTo(page, 'Resume');
    expect(receiver.taken).toHaveLength(1);
    await page.keyboard.press('Enter');
    await page.getByText('Resumed: it goes on where it was left.').waitFor();
    await page.getByText('active', { exact: true }).waitFor();
    await eventually(() => receiver.taken.length === 2);
    expect(receiver.taken[1]?.type).toBe('RecordChanged');
  });

  test('replays what the receiver has had', async () => {
    const [, had] = receiver.taken;
    await page.getByLabel('Replay behind this cursor').fill('start');
    await confirmByKeyboard(page, 'Replay');
    await page.getByText('Events are sent from behind start.').waitFor();
    await eventually(() => receiver.taken.length >= 3);
    expect(receiver.taken[2]?.id).toBe(had?.id);
  });

  test('replaces the secret: the receiver takes events by the new one', async () => {
    await confirmByKeyboard(page, 'Make a new secret');
    const made = await page
      .getByRole('region', { name: 'The new secret' })
      .getByText(/^whsec_/)
      .innerText();
    expect(receiver.secrets).not.toContain(made);
    receiver.secrets.splice(0, 1, made);
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText(/^The receiver took the test/).waitFor();
  });

  test('deletes it: nothing can be done with it any more, and the list says so', async () => {
    await confirmByKeyboard(page, 'Delete');
    await page.getByText('Deleted: nothing is sent to it any more.').waitFor();
    await page.getByText('disabled', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Send a test' }).count()).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
    expect((await webhook()).status).toBe('disabled');
    await page.getByRole('link', { name: 'All webhooks' }).click();
    await page.getByRole('row').filter({ hasText: receiver.url }).getByText('disabled', { exact: true }).waitFor();
  });
});
