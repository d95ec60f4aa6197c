import { afterEach, expect, test } from '@jest/globals';
import { runTick } from '../../../lib/usecases/following/tick.ts';
import { ask } from '../../infra/local/dev-chain/exchange.ts';
import { devKeys, signedTransfer } from '../../infra/local/dev-chain/signed.ts';
import { startService, type TestService } from '../../support/service.ts';

const height = 45;
/** An account of the recording. */
const to = '02022d0d4891ddafd2a11aa913939de783eed297e1c3ad1b8b5f1a86c63b15dfb165';

let running: TestService;
afterEach(() => running.close());

// Rules PROOF-6 and PROOF-7.
test('blocks with submitted transactions, and those after them, are proved as recorded ones are', async () => {
  running = await startService({ recording: 'chain-e', height, env: { ASTAKE_UNSIGNED: 'label' } });
  const { service, node } = running;
  const proved: number[] = [];
  const executed = async (at: number): Promise<boolean> => {
    const signal = AbortSignal.timeout(60_000);
    const tip = await service.chain.tip({ signal });
    return (await service.chain.executed(at, { tip, signal })).isProved;
  };
  expect((await runTick(service)).stoppedBy).toBe('done');
  for (const from of devKeys) {
    const transfer = signedTransfer({ from, to, chainName: node.chainName, amount: '3000000000' });
    const sent = await ask(node.url, 'account_put_transaction', { transaction: { Version1: transfer } });
    expect(sent.error).toBeUndefined();
    const next = height + proved.length + 1;
    node.setHeight(next);
    expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: next });
    expect(await executed(next)).toBe(true);
    proved.push(next);
  }
  node.setHeight(height + 10);
  expect(await runTick(service)).toMatchObject({ stoppedBy: 'done', to: height + 10 });
  expect(await executed(height + 10)).toBe(true);
  expect(proved).toEqual([height + 1, height + 2]);
});
