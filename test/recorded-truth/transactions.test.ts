import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ask } from '../infra/local/dev-chain/exchange.ts';
import { type Local, startLocal } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { noCache, patient } from './ask.ts';

const truth = recordedTruth('chain-a');
const blocks = [...new Set(truth.transactions.map(({ height }) => height))].sort((a, b) => a - b);
const firstOf = (asked: 'Deploy' | 'Version1'): string =>
  truth.transactions.find(({ kind }) => kind === asked)?.hash ?? '';

let local: Local;
const get = (hash: string) => local.get(`/v1/transactions/${hash}`, noCache);

describe('a transaction, as the chain grows (rule KIND-2)', () => {
  beforeAll(async () => {
    local = await startLocal({ recording: 'chain-a', height: 9, env: patient });
  });
  afterAll(() => local?.close());

  test.each(blocks)(
    'of block %d is pending in the block before, and unknown until then (rule KIND-2)',
    async (height) => {
      const hashes = truth.transactions.filter((one) => one.height === height).map(({ hash }) => hash);
      const tips = [height - 2, height - 1, height].filter((tip) => tip >= local.node.height());
      for (const tip of tips) {
        local.setHeight(tip);
        const answers = await Promise.all(hashes.map(get));
        expect(answers.map(({ body }) => [body.meta.block, body.data ?? null])).toEqual(
          hashes.map((hash) => [truth.block(tip), truth.transaction(hash, tip)]),
        );
        const statuses = { [height]: /^(processed|failed)$/, [height - 1]: /^pending$/ }[tip] ?? /^unknown$/;
        for (const { body } of answers) expect(body.data?.status ?? 'unknown').toMatch(statuses);
      }
      expect(tips.slice(-2)).toEqual([height - 1, height]);
    },
  );

  test('is found by a bare hash, of which a node knows one kind only', async () => {
    const hash = firstOf('Deploy');
    const asV1 = await ask(local.node.url, 'info_get_transaction', { transaction_hash: { Version1: hash } });
    expect(asV1.error?.code).toBe(-32014);
    expect((await get(hash)).body.data).toMatchObject({ type: 'Deploy', status: 'processed' });
    expect((await get(firstOf('Version1'))).body.data).toMatchObject({ type: 'Version1', status: 'processed' });
  });

  test('that failed says why, and what it cost', async () => {
    const failed = truth.transactions.filter(({ errorMessage }) => errorMessage !== null);
    const answers = await Promise.all(failed.map(({ hash }) => get(hash)));
    expect(answers.map(({ body: { data } }) => [data.status, data.errorMessage, data.executedAt.height])).toEqual([
      ['failed', 'Insufficient funds', 16],
      ['failed', 'User error: 1', 34],
    ]);
    expect(answers.map(({ body: { data } }) => data.cost.cspr)).toEqual(['0.1', '5']);
  });
});
