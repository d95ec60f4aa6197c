import { afterEach, expect, test } from '@jest/globals';
import { systemRegistryKey } from '../../lib/chain/rpc/state-keys.ts';
import { verify } from '../../lib/verify/index.ts';
import { type Network, notFound, startNetwork } from '../integrity/network.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { anchorBelow, provedAnswer, stakerAt } from './proved-answers.ts';

const height = 60;
const id = stakerAt(height);

let network: Network;
afterEach(() => network.close());

/** At first it shows a hold on the balance, so that the rules of holds are looked for, and fails there. */
function failingHalfWay(holdsLater: boolean): Override {
  let balances = 0;
  let rules = 0;
  return async ({ method, params }, forward) => {
    if (method === 'query_global_state' && params.key === systemRegistryKey) {
      rules += 1;
      return rules === 1 ? { status: 500 } : undefined;
    }
    if (method !== 'query_balance_details') return undefined;
    balances += 1;
    const { result } = await forward();
    if (balances > 1 && !holdsLater) return { result };
    const hold = { amount: '5', time: 1_700_000_000_000, proof: '010000001600' };
    const available = String(BigInt(result.total_balance) - 5n);
    return { result: { ...result, available_balance: available, holds: [hold] } };
  };
}

/** It has lost its state: where the other one fails, it says that there is nothing. */
const emptied: Override = ({ method }) => (method === 'query_global_state' ? notFound : undefined);

// Rule PROOF-5.
test.each([
  ['with fewer parts', false],
  ['with the same parts', true],
])('of a reading that fails half way, nothing is in the answer of the next try: %s', async (_, holdsLater) => {
  network = await startNetwork({ recording: 'chain-e', height, nodes: [failingHalfWay(holdsLater), emptied] });
  const answer = await provedAnswer({ ...network, another: () => network.service }, { kind: 'account', id });
  expect(network.logged.filter((line) => line.includes('node barred'))).toHaveLength(1);
  const { data, absent } = await verify(answer, anchorBelow(height), { kind: 'account', id });
  expect(data).toMatchObject({ holds: holdsLater ? [{ amount: { motes: '5' } }] : [] });
  expect(absent).toEqual(holdsLater ? [systemRegistryKey] : []);
});
