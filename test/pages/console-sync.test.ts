import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { buildPages, localPages } from '../../infra/build-pages.ts';
import { startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { loadRecording, type Recording } from '../../infra/local/dev-chain/recording.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { describeInBrowser } from '../browser/browser.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { confirmByKeyboard, openView, tabTo } from './console-page.ts';
import { startChromium } from './visit.ts';

/** No version of this service can read this block. */
const unreadable = 70;

describeInBrowser('an operator at the console, where sync does not advance', () => {
  let local: Local;
  let browser: Browser;
  const tick = async () => (await local.post('/v1/sync', {}, asOperator)).body.tick;

  beforeAll(async () => {
    await buildPages(localPages);
    local = await startLocal({ nodes: [await startDevChain({ recording: withUnreadable(unreadable), height: 56 })] });
    browser = await startChromium();
    for (const height of [56, 58, 60]) {
      local.setHeight(height);
      expect((await tick()).stoppedBy).toBe('done');
    }
  });
  afterAll(async () => {
    await browser?.close();
    await local?.close();
  });

  test('rewinds after a hard reset to the block that is proposed, by the keyboard, and sync goes on', async () => {
    await forgetCursorBlock(local);
    local.setHeight(61);
    expect((await tick()).stoppedBy).toBe('reset');
    const page = await openView(browser, local.url, '#/sync');
    await page.getByText('Block 58 is the highest that is known to be of both histories.').waitFor();
    expect(await page.getByLabel('Height of the common block').inputValue()).toBe('58');
    await page.getByRole('heading', { name: 'Rewind' }).click();
    await page.getByLabel('Height of the common block').focus();
    await tabTo(page, 'Note: why');
    await page.keyboard.type('the network was reset');
    await confirmByKeyboard(page, 'Rewind');
    await page.getByText('Sync stands at block 58. The next tick goes on from there.').waitFor();
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByText(/^Blocks 59 to 61, /).waitFor();
    await page.getByRole('cell', { name: '59 to 61' }).waitFor();
    await page.getByText(/^The last tick found no reset of the network/).waitFor({ state: 'attached' });
  });

  test('passes the block at which sync stands', async () => {
    local.setHeight(unreadable + 1);
    expect(await tick()).toMatchObject({ stoppedBy: 'chain', stuckAt: `block#${unreadable}` });
    const page = await openView(browser, local.url, '#/sync');
    await page.getByText(`Sync stands at block ${unreadable}.`).waitFor();
    await page.getByText('Pass a block that cannot be read').focus();
    await tabTo(page, 'Note: why');
    await page.keyboard.type('no version reads it');
    await confirmByKeyboard(page, 'Pass the block');
    await page.getByText(new RegExp(`^Blocks? .*${unreadable + 1}, `)).waitFor();
    await page
      .getByRole('row')
      .filter({ hasText: String(unreadable) })
      .first()
      .waitFor();
    const { body } = await local.get('/v1/sync', asOperator);
    expect(body.cursor.height).toBe(unreadable + 1);
    expect(body.lastTicks[0].unseen).toEqual([unreadable]);
  });
});

function withUnreadable(height: number): Recording {
  const recording = loadRecording('chain-a');
  const answer = recording.blockAnswers[height];
  if (answer === undefined) throw new Error('the recording ends before');
  const block_with_signatures = { ...answer.block_with_signatures, block: { Version3: {} } };
  const unreadable = { ...answer, block_with_signatures } as unknown as typeof answer;
  return { ...recording, blockAnswers: recording.blockAnswers.with(height, unreadable) };
}

/** As after a hard reset: the chain has another block at the height of the last one that was followed. */
async function forgetCursorBlock({ stack }: Local): Promise<void> {
  const dynamo = createDynamo({ endpoint: stack.engine.endpoint, requestTimeoutMs: 10_000 });
  await dynamo.send(
    new UpdateCommand({
      TableName: 'astake-lookup-local-progress',
      Key: { name: 'chain' },
      UpdateExpression: 'SET #cursor.#hash = :other',
      ExpressionAttributeNames: { '#cursor': 'cursor', '#hash': 'hash' },
      ExpressionAttributeValues: { ':other': 'ab'.repeat(32) },
    }),
  );
  dynamo.destroy();
}
