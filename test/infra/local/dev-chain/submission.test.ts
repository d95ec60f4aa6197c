import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../../../infra/local/dev-chain/dev-chain.ts';
import { loadRecording } from '../../../../infra/local/dev-chain/recording.ts';
import { createNetwork } from '../../../../infra/local/dev-chain/submissions/network.ts';
import { ask, exchange, type Question } from './exchange.ts';

interface Recorded {
  readonly name: string;
  readonly request: Question & { readonly path: string };
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

const recorded = readFileSync(new URL('./fixtures/submissions.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

const recording = loadRecording('chain-a');
/** In the minute in which the submissions were recorded. */
const now = () => Date.parse('2026-11-23T00:34:31.900Z');

describe('compared with the recorded node, a submission', () => {
  let chain: DevChain;
  beforeAll(async () => {
    chain = await startDevChain({ height: 119, network: createNetwork(recording, now) });
  });
  afterAll(() => chain.close());

  test.each(recorded.map((each) => [each.name, each] as const))('is answered in the same way: %s', async (_, each) => {
    const answer = await exchange(chain.url, each.request);
    expect(JSON.parse(answer.body.toString())).toEqual(each.body);
    expect([answer.status, answer.headers['content-type']]).toEqual([each.status, each.headers['content-type']]);
  });
});

describe('a recorded transaction that is submitted', () => {
  const executedAt80 = [...recording.transactions.values()].find(
    ({ execution_info }) => execution_info.block_height === 80,
  );
  const transaction = executedAt80?.transaction as { readonly Version1: { readonly hash: string } };
  const identifier = { transaction_hash: { Version1: transaction.Version1.hash } };

  test('is unknown, then accepted, then in its recorded block, with the recorded effects', async () => {
    const chain = await startDevChain({ height: 70, network: createNetwork(recording) });
    expect((await ask(chain.url, 'info_get_transaction', identifier)).error?.code).toBe(-32014);
    for (let times = 0; times < 2; times += 1) {
      const put = await ask(chain.url, 'account_put_transaction', { transaction });
      expect(put.result).toEqual({ api_version: '2.0.0', ...identifier });
    }
    expect(chain.accepted()).toEqual([transaction.Version1.hash]);
    expect(chain.calls().byMethod.account_put_transaction).toBe(2);
    for (const height of [70, 79]) {
      chain.setHeight(height);
      const { result } = await ask(chain.url, 'info_get_transaction', identifier);
      expect(result).toEqual({ api_version: '2.0.0', transaction, execution_info: null });
    }
    chain.setHeight(80);
    const { result } = await ask(chain.url, 'info_get_transaction', identifier);
    expect(result.execution_info).toEqual(executedAt80?.execution_info);
    await chain.close();
  });
});
