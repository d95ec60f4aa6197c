import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chromium } from 'playwright-core';
import { buildClient } from '../../infra/build-client.ts';
import { type Listening, serve } from '../../infra/local/serve.ts';
import { describeInBrowser } from '../browser/browser.ts';
import { chromium as installed } from '../browser/find-browser.ts';
import { type Local, startLocal } from '../support/local.ts';
import { anchorBelow, type Body, stakerAt, switchBlocks, truth } from './proved-answers.ts';

const height = 60;
const account = stakerAt(height);
const [token] = truth.tokens;
const oldest = switchBlocks[0] ?? anchorBelow(height);

/** What the page is given: an answer, and how to change it. */
interface Case {
  readonly answer: Body;
  readonly path: readonly string[];
  readonly to: unknown;
}

// Rule PROOF-5.
describeInBrowser('an answer of the running stack, checked in a browser without a network', () => {
  const built = mkdtempSync(join(tmpdir(), 'astake-verify-'));
  let local: Local;
  let site: Listening;
  beforeAll(async () => {
    await buildClient(built);
    local = await startLocal({ recording: 'chain-e', height });
    site = await serve(async (message, response) => {
      const isModule = message.url === '/verify.js';
      response.writeHead(200, { 'content-type': isModule ? 'text/javascript' : 'text/html' });
      response.end(isModule ? readFileSync(join(built, 'verify.js')) : '<!doctype html><title>an app</title>');
    });
  });
  afterAll(async () => {
    await Promise.all([local.close(), site.close()]);
    rmSync(built, { recursive: true, force: true });
  });

  async function answerTo(path: string): Promise<Body> {
    const { status, body } = await local.get(`${path}?proof=full&anchor=${oldest.height}`);
    expect(status).toBe(200);
    return body;
  }

  test('each kind verifies, and what was changed does not', async () => {
    const answers = await Promise.all(
      [
        `/v1/accounts/${account}`,
        `/v1/accounts/${account}/staking`,
        `/v1/assets/villas/${token?.tokenId}`,
        '/v1/collections/villas',
      ].map(answerTo),
    );
    const [asset] = answers.slice(2);
    const full = ['meta', 'proof', 'full'];
    const [key = ''] = Object.keys(asset.meta.proof.full.proofs);
    const proof = asset.meta.proof.full.proofs[key] as string;
    const changed: readonly (readonly [Case, string])[] = [
      [{ answer: asset, path: ['data', 'owner'], to: account }, 'data'],
      [{ answer: asset, path: ['data', 'id'], to: `${token?.packageHash}:1` }, 'incomplete'],
      [
        { answer: asset, path: [...full, 'proofs', key], to: `${proof.slice(0, -1)}${proof.endsWith('0') ? 1 : 0}` },
        'proof',
      ],
      [{ answer: asset, path: [...full, 'block', 'header', 'state_root_hash'], to: 'ab'.repeat(32) }, 'header'],
      [{ answer: asset, path: [...full, 'block', 'signatures'], to: [] }, 'weight'],
      [{ answer: asset, path: [...full, 'switchBlocks', '0', 'header', 'height'], to: 1 }, 'header'],
    ];
    const browser = await chromium.launch({ executablePath: installed ?? '', args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(site.url);
      await page.evaluate("import('/verify.js').then((module) => { globalThis.verifying = module; })");
      await context.setOffline(true);
      const run = (answer: Body, minHeight = height): Promise<Body> =>
        page.evaluate(
          `(async ([answer, anchor, options]) => {
            const isCut = await fetch('/').then(() => false, () => true);
            const outcome = await verifying.verify(answer, anchor, options).then(
              (proved) => ({ proved }),
              (error) => ({ refused: error instanceof verifying.ProofRefused ? error.code : String(error) }),
            );
            return { isCut, ...outcome };
          })(${JSON.stringify([answer, oldest, { minHeight }])})`,
        );
      const at = [
        truth.account(account, height),
        truth.staking(account, height),
        token && truth.asset(token, height),
        truth.collection(token?.packageHash ?? '', height),
      ];
      for (const [index, answer] of answers.entries())
        expect(await run(answer)).toMatchObject({
          isCut: true,
          proved: { data: at[index], weight: 1, block: { height }, anchor: anchorBelow(height) },
        });
      for (const [given, code] of changed) expect(await run(changedBy(given))).toEqual({ isCut: true, refused: code });
      expect(await run(asset, height + 1)).toEqual({ isCut: true, refused: 'too_old' });
    } finally {
      await browser.close();
    }
  });
});

function changedBy({ answer, path, to }: Case): Body {
  const changed = structuredClone(answer);
  const parent = path.slice(0, -1).reduce((part, name) => part[name], changed);
  parent[path.at(-1) as string] = to;
  return changed;
}
