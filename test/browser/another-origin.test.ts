import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { devKeys, keyOf, type Signer, signedTransfer } from '../infra/local/dev-chain/signed.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { describeInBrowser, type Page, startPage } from './browser.ts';

describeInBrowser('a page of another origin, in a browser', () => {
  let local: Local;
  let page: Page;
  let stranger: Page;
  beforeAll(async () => {
    [page, stranger] = await Promise.all([startPage(), startPage()]);
    local = await startLocal({ env: { ASTAKE_CORS_ORIGINS: page.origin, ASTAKE_LIMIT_ANONYMOUS: '40,20' } });
  });
  afterAll(async () => {
    await Promise.all([local.close(), page.close(), stranger.close()]);
  });

  const account = recordedExamples['chain-a'].account;

  test('reads an answer with its headers, and revalidates it', async () => {
    const got = await page.run(`
      const url = '${local.url}/v1/accounts/${account}';
      const first = await fetch(url);
      const { data, meta } = await first.json();
      const etag = first.headers.get('etag');
      const again = await fetch(url, { headers: { 'if-none-match': etag }, cache: 'no-store' });
      return { kind: data.kind, height: first.headers.get('casper-block-height'), same: String(meta.block.height), again: again.status };
    `);
    expect(got).toMatchObject({ kind: 'account', height: '60', again: 304 });
  });

  test('sends JSON, which the browser asks about before', async () => {
    const got = await page.run(`
      const answer = await fetch('${local.url}/v1/lookup', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refs: [{ kind: 'account', id: '${account}' }] }),
      });
      return { status: answer.status, results: (await answer.json()).results.length };
    `);
    expect(got).toEqual({ status: 200, results: 1 });
  });

  test('reads a refusal and what it asks for', async () => {
    const got = await page.run(`
      const answer = await fetch('${local.url}/v1/sync', { method: 'POST' });
      return { status: answer.status, asks: answer.headers.get('www-authenticate'), code: (await answer.json()).code };
    `);
    expect(got).toMatchObject({ status: 401, asks: expect.stringContaining('Bearer'), code: 'unauthenticated' });
  });

  test('submits a signed transaction, and sees where to follow it', async () => {
    const json = signedTransfer({ from: devKeys[0] as Signer, to: keyOf(30).publicKey.toHex() });
    const got = await page.run(`
      const answer = await fetch('${local.url}/v1/transactions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: '${asOperator.authorization}', 'idempotency-key': 'a-page' },
        body: ${JSON.stringify(JSON.stringify(json))},
      });
      const { headers } = answer;
      return { status: answer.status, location: headers.get('location'), wait: headers.get('retry-after') };
    `);
    expect(got).toEqual({ status: 202, location: `/v1/transactions/${json.hash}`, wait: '8' });
  });

  test('over its limit gets 429, and sees when to come again', async () => {
    const got = await page.run(`
      const ask = () => fetch('${local.url}/v1/accounts/${account}', { cache: 'no-store' });
      let answer = await ask();
      for (let asked = 1; answer.status === 200 && asked < 100; asked += 1) answer = await ask();
      const { headers } = answer;
      const { code, retryable } = await answer.json();
      return {
        status: answer.status,
        code,
        retryable,
        wait: headers.get('retry-after'),
        policy: headers.get('ratelimit-policy'),
        left: headers.get('ratelimit'),
      };
    `);
    expect(got).toEqual({
      status: 429,
      code: 'rate_limited',
      retryable: true,
      wait: expect.stringMatching(/^[1-9]\d?$/),
      policy: '"requests";q=40;w=60',
      left: expect.stringMatching(/^"requests";r=0;t=[1-9]\d?$/),
    });
  });

  test('that is not configured reads nothing', async () => {
    const got = await stranger.run(`return { status: (await fetch('${local.url}/v1/ready')).status };`);
    expect(got).toEqual({ threw: expect.stringContaining('TypeError') });
  });
});
