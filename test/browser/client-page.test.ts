import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEV_ACCOUNTS } from '../../infra/local/dev-chain/dev-accounts.ts';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { type Installed, installExamples } from '../client/installed.ts';
import { devKeys, keyOf, type Signer, signedTransfer } from '../infra/local/dev-chain/signed.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { describeInBrowser, type Page, startPage } from './browser.ts';

describeInBrowser('the example page, in a browser', () => {
  let app: Installed;
  let page: Page;
  let local: Local;
  beforeAll(async () => {
    app = await installExamples();
    const read = (file: string) => readFileSync(join(app.folder, file), 'utf8');
    page = await startPage({
      '/examples/page.html': { type: 'text/html', body: read('examples/page.html') },
      '/dist/client/index.js': {
        type: 'text/javascript',
        body: read('node_modules/astake-lookup/dist/client/index.js'),
      },
    });
    local = await startLocal({ env: { ASTAKE_CORS_ORIGINS: page.origin } });
    await nextBlock();
  });
  afterAll(async () => {
    await Promise.all([local.close(), page.close()]);
    app.remove();
  });

  async function nextBlock(): Promise<void> {
    local.setHeight(local.node.height() + 1);
    expect((await local.post('/v1/sync', {}, asOperator)).status).toBe(200);
  }

  /** Opens the page in a frame; `show` fills in its form and gives the next text of its status that `fits`. */
  const opened = (url: string) => `
    const frame = document.body.appendChild(document.createElement('iframe'));
    frame.src = '/examples/page.html';
    await new Promise((resolve) => { frame.onload = resolve; });
    const at = (selector) => frame.contentDocument.querySelector(selector);
    const text = (fits) => new Promise((resolve) => {
      const status = at('[role=status]');
      const look = () => { if (fits(status.textContent)) resolve(status.textContent); };
      new MutationObserver(look).observe(status, { childList: true });
      look();
    });
    const show = (account) => {
      at('[name=url]').value = '${url}';
      at('[name=account]').value = account;
      at('button').click();
    };
  `;

  test('shows an account and its assets', async () => {
    const got = await page.run(`${opened(local.url)}
      show('${recordedExamples['chain-a'].owner}');
      const shown = await text((line) => line.includes('CSPR'));
      return { shown, problem: await text((line) => line !== '') };
    `);
    expect(got).toMatchObject({ shown: expect.stringMatching(/^[\d.]+ CSPR at block \d+$/) });
  });

  test('shows a change by itself, and a mistake in words', async () => {
    const running = page.run(`${opened(local.url)}
      show('${DEV_ACCOUNTS[0].publicKey}');
      const first = await text((line) => line.includes('CSPR'));
      await fetch('/shown', { method: 'HEAD' });
      const second = await text((line) => line.includes('CSPR') && line.split(' ')[0] !== first.split(' ')[0]);
      show('nothing');
      const mistake = await text((line) => line.includes('invalid_id'));
      return { first, second, mistake };
    `);
    await page.requested('/shown');
    const transfer = signedTransfer({ from: devKeys[0] as Signer, to: keyOf(90).publicKey.toHex() });
    expect((await local.post('/v1/transactions', transfer, asOperator)).status).toBe(202);
    await nextBlock();
    expect(await running).toEqual({
      first: expect.stringMatching(/^[\d.]+ CSPR at block \d+$/),
      second: expect.stringMatching(/^[\d.]+ CSPR at block \d+$/),
      mistake: expect.stringMatching(/^invalid_id: /),
    });
  });

  test('says that it cannot reach the service, where its origin is not allowed', async () => {
    const got = await page.run(`${opened('http://127.0.0.1:1')}
      show('a');
      return { mistake: await text((line) => line !== '') };
    `);
    expect(got).toEqual({ mistake: expect.stringMatching(/^network: /) });
  });
});
