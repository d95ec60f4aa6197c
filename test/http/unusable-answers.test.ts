import { afterEach, expect, test } from '@jest/globals';
import { type Cluster, fromChain, startCluster, truth } from '../chain/pool/cluster.ts';
import { asOperator } from '../support/local.ts';
import type { Override } from '../support/rpc-proxy.ts';

let cluster: Cluster;
afterEach(() => cluster.close());

const [executed = ''] = truth.transactions.map(({ hash }) => hash);
const [account = ''] = truth.accounts.map(({ id }) => id).filter((id) => truth.account(id, 60) !== null);

/** Each answer about the transaction has a result of a version that is not known. */
const unknownResult: Override = async ({ method }, forward) => {
  if (method !== 'info_get_transaction') return undefined;
  const answer = await forward();
  if (answer.result !== undefined) answer.result.execution_info.execution_result = { Version9: {} };
  return answer.result === undefined ? { error: answer.error } : { result: answer.result };
};
/** `List<Unit>` takes four bytes in a transaction, and is rendered as millions of nulls. */
const tooLarge: Override = ({ method }) =>
  method === 'info_get_transaction' ? { result: { parsed: 'x'.repeat(17 * 1024 * 1024) } } : undefined;

test.each([
  ['in a form that is not known', unknownResult, 501, 'value_unreadable', 12],
  ['above the size limit', tooLarge, 422, 'value_too_large', 3],
])(
  'a transaction %s has its own error, others in a batch are answered, and no node is shut out (rule ANSWER-1)',
  async (_what, override, status, code, times) => {
    cluster = await startCluster({ nodes: 1, override, onCall: () => undefined });
    const [instance] = cluster.instances;
    if (instance === undefined) throw new Error('one instance');
    const path = `/v1/transactions/${executed}`;
    for (let time = 0; time < times; time += 1) {
      const got = await instance.get(path, fromChain);
      expect({ status: got.status, body: got.body }).toEqual({
        status,
        body: expect.objectContaining({ status, code, retryable: false }),
      });
      expect(got.headers.get('retry-after')).toBeNull();
    }
    const refs = [
      { kind: 'transaction', id: executed },
      { kind: 'account', id: account },
    ];
    const batch = await instance.post('/v1/lookup', { refs });
    expect(batch.status).toBe(200);
    expect(batch.body.results[0]).toMatchObject({ error: { status, code, retryable: false } });
    expect(batch.body.results[1]).toMatchObject({ meta: { source: 'chain' } });
    const health = await instance.get('/v1/health', asOperator);
    expect(health.body.components.nodes).toMatchObject({ status: 'healthy', reasons: [] });
    expect(cluster.counted('BreakerOpened')).toBe(0);
  },
);
