import { afterEach, describe, expect, test } from '@jest/globals';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { type Network, notFound, outcomeOf, startNetwork, truth } from './network.ts';

const height = 60;
const fromChain = { ...defaultReadOptions, noCache: true };
const [executed = ''] = truth.transactions.map(({ hash }) => hash);
const transaction = { kind: 'transaction', id: executed };

let running: Network;
afterEach(() => running.close());

/** It holds blocks from `low` on, and does not know the transaction. */
const knowingNothingBelow =
  (low: number): Override =>
  async ({ method }, forward) => {
    if (method === 'info_get_transaction') return { error: { code: -32014, message: 'No such transaction' } };
    if (method !== 'info_get_status') return undefined;
    // biome-ignore lint/suspicious/noExplicitAny: one member of a status is changed
    const answer = (await forward()) as any;
    answer.result.available_block_range.low = low;
    return answer;
  };
const out: Override = () => ({ error: { code: -32603, message: 'Internal error' } });
const sound: Override = () => undefined;

describe('a transaction that a node does not know (rule KIND-2)', () => {
  test.each([
    ['first', [knowingNothingBelow(40), out]],
    ['last', [out, knowingNothingBelow(40)]],
  ])(
    'is not absent when that node has forgotten older blocks and the other cannot be asked (it stands %s)',
    async (_place, nodes) => {
      running = await startNetwork({ nodes, height });
      expect(await outcomeOf(lookup(transaction, fromChain, running.service))).toEqual({ failed: 'chain_unavailable' });
    },
  );

  test('is absent when it holds every block, or when all nodes say the same', async () => {
    running = await startNetwork({ nodes: [knowingNothingBelow(0), out], height });
    expect(await outcomeOf(lookup(transaction, fromChain, running.service))).toEqual({ data: null });
    await running.close();
    running = await startNetwork({ nodes: [knowingNothingBelow(40), knowingNothingBelow(50)], height });
    expect(await outcomeOf(lookup(transaction, fromChain, running.service))).toEqual({ data: null });
  });

  test('is found at a node that had failed a moment before', async () => {
    let failing = true;
    const recovering: Override = ({ method }) =>
      failing && method !== 'info_get_status' ? { error: { code: -32603, message: 'x' } } : undefined;
    running = await startNetwork({ nodes: [knowingNothingBelow(0), recovering], height });
    // Both are tried and fail; the second is well again, and still asked last.
    await outcomeOf(lookup({ kind: 'transaction', id: 'f'.repeat(64) }, fromChain, running.service));
    failing = false;
    expect((await lookup(transaction, fromChain, running.service)).data).toEqual(truth.transaction(executed, height));
  });

  test('is found where another node knows it', async () => {
    running = await startNetwork({ nodes: [knowingNothingBelow(40), sound], height });
    expect((await lookup(transaction, fromChain, running.service)).data).toEqual(truth.transaction(executed, height));
  });
});

test('of many readers at once none fails because one of them has found a node out', async () => {
  const lost: Override = ({ method }) =>
    ['query_global_state', 'query_balance_details'].includes(method) ? notFound : undefined;
  running = await startNetwork({ nodes: [lost, sound], height });
  const ids = truth.accounts.map(({ id }) => id).filter((id) => truth.account(id, height) !== null);
  const answers = await Promise.all(ids.map((id) => lookup({ kind: 'account', id }, fromChain, running.service)));
  expect(answers.map(({ data }) => data)).toEqual(ids.map((id) => truth.account(id, height)));
  expect(ids.length).toBeGreaterThan(5);
});
