import { afterEach, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { startService, type TestService } from '../support/service.ts';

const ref = { kind: 'transaction', id: recordedExamples['chain-a'].transaction };
let running: TestService;
afterEach(() => running.close());

test('a record that says expired does not answer where a node has the transaction in a block (rule KIND-2)', async () => {
  let isInBlock = false;
  running = await startService({
    height: 60,
    async override({ method, params }, forward) {
      if (method !== 'info_get_transaction' || params.transaction_hash.Version1 !== ref.id) return undefined;
      const { result } = await forward();
      const { payload } = result.transaction.Version1;
      // Its time to live is over at the tip.
      Object.assign(payload, { timestamp: '2026-11-23T00:30:00.000Z', ttl: '10s' });
      const { block_hash, block_height } = result.execution_info;
      const execution_info = isInBlock ? { block_hash, block_height, execution_result: null } : null;
      return { result: { ...result, execution_info } };
    },
  });
  const { service } = running;
  const fromChain = { ...defaultReadOptions, noCache: true };
  expect(await lookup(ref, fromChain, service)).toMatchObject({ source: 'chain', data: { status: 'expired' } });
  isInBlock = true;
  await expect(lookup(ref, fromChain, service)).rejects.toMatchObject({ code: 'chain_unavailable', retryable: true });
});
