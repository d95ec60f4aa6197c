import { afterEach, describe, expect, test } from '@jest/globals';
import { refKey } from '../../lib/domain/entity.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { lookupAt } from '../../lib/usecases/reading/lookup-at.ts';
import type { Instead, Override } from '../support/rpc-proxy.ts';
import { type Network, notFound, outcomeOf, startNetwork, truth, user1, villa, villas } from './network.ts';

const height = 60;
const fromChain = { ...defaultReadOptions, noCache: true };
const unavailable = { failed: 'chain_unavailable' };
const staking = { kind: 'staking', id: user1 };

let running: Network;
afterEach(() => running.close());

/** It answers until its n-th query of a kind of key; from then on it does not. */
function failingFrom(nth: number, prefix: string, failure: Instead): Override {
  let seen = 0;
  return ({ method, params }) => {
    if (method !== 'query_global_state' || !params.key.startsWith(prefix)) return undefined;
    seen += 1;
    return seen >= nth ? failure : undefined;
  };
}

/** Its status is right, and its state is gone. */
const emptied: Override = ({ method }) =>
  method === 'query_global_state' || method.startsWith('query_balance') ? notFound : undefined;

const failures: readonly (readonly [string, Instead])[] = [
  ['with HTTP 500', { status: 500 }],
  ['with an error', { error: { code: -32603, message: 'Internal error', data: null } }],
];
const cases = failures.flatMap(([how, failure]) => [1, 2, 3, 4].map((nth) => [nth, how, failure] as const));

const startWith = async (...nodes: Override[]): Promise<Network> => {
  running = await startNetwork({ nodes, height });
  return running;
};

describe('when one node fails midway and the other has lost its state (rule KIND-1)', () => {
  test.each(cases)('from item %i on, %s, a burnt token is not answered as live', async (nth, _how, failure) => {
    const { service, store } = await startWith(failingFrom(nth, 'dictionary-', failure), emptied);
    const right = truth.asset({ collection: 'villas', packageHash: villas, tokenId: '3' }, height);
    expect(right).toMatchObject({ burnt: true });
    expect([unavailable, { data: right }]).toContainEqual(
      await outcomeOf(lookup(villa(3), defaultReadOptions, service)),
    );
    const kept = [store.tables.records.get(refKey(villa(3))), store.tables.cache.get(refKey(villa(3)))?.entry];
    for (const one of kept) if (one !== undefined) expect(one.value).toMatchObject({ burnt: true, owner: null });
  });

  test.each(cases)('from bid %i on, %s, a position lacks no stake', async (nth, _how, failure) => {
    const { service, store } = await startWith(failingFrom(nth, 'bid-addr-', failure), emptied);
    const right = truth.staking(user1, height);
    expect(right?.unbondings).toHaveLength(1);
    expect([unavailable, { data: right }]).toContainEqual(
      await outcomeOf(lookup(staking, defaultReadOptions, service)),
    );
    expect(store.tables.records.get(refKey(staking))).toBeUndefined();
    expect(store.tables.cache.get(refKey(staking))).toBeUndefined();
  });

  test.each(failures)('at a named key of the contract, %s, no false layout is stored', async (_how, failure) => {
    const { service, store } = await startWith(failingFrom(1, 'uref-', failure), emptied);
    const right = truth.asset({ collection: 'villas', packageHash: villas, tokenId: '0' }, height);
    expect(right?.metadata).not.toBeNull();
    expect([unavailable, { data: right }]).toContainEqual(
      await outcomeOf(lookup(villa(0), defaultReadOptions, service)),
    );
    expect([...store.tables.records.keys()]).toEqual([]);
  });

  test.each(cases.filter(([nth]) => nth <= 2))(
    'from contract %i on, %s, a collection that is there is not taken for none',
    async (nth, _how, failure) => {
      const { service, store } = await startWith(failingFrom(nth, 'hash-', failure), emptied);
      const answers = [
        outcomeOf(lookup(villa(0), defaultReadOptions, service)),
        outcomeOf(lookup(villa(1), defaultReadOptions, service)),
      ];
      expect(await Promise.all(answers)).toEqual([unavailable, unavailable]);
      expect(store.tables.records.size).toBe(0);
      expect(store.tables.cache.size).toBe(0);
    },
  );
});

test.each([
  ['not found', notFound, 0],
  ['switched off', { error: { code: -32019, message: 'Function disabled', data: null } }, 601_000],
])('an era whose summary is %s leaves the position without rewards, and comes back', async (_how, answer, pause) => {
  let wrong = true;
  const { service, pass } = await startWith(({ method }) =>
    wrong && method === 'chain_get_era_summary' ? answer : undefined,
  );
  const right = truth.staking(user1, height);
  expect(right?.rewards).not.toBeNull();
  expect(await outcomeOf(lookup(staking, fromChain, service))).toEqual({ data: { ...right, rewards: null } });
  wrong = false;
  pass(pause);
  expect(await outcomeOf(lookup(staking, fromChain, service))).toEqual({ data: right });
});

const unknown = { error: { code: -32014, message: 'No such transaction', data: 'no transaction for hash' } };

describe('a transaction (rule KIND-2)', () => {
  const executed = truth.transactions.find((one) => one.height > 20 && one.height < height)?.hash ?? '';
  const withoutResult: Override = async ({ method }, forward) => {
    if (method !== 'info_get_transaction') return undefined;
    const answer = await forward();
    if (answer.result?.execution_info) answer.result.execution_info.execution_result = null;
    return answer;
  };
  const unknowing: Override = ({ method }) => (method === 'info_get_transaction' ? unknown : undefined);

  test.each([
    ['first', [withoutResult, unknowing]],
    ['last', [unknowing, withoutResult]],
  ])('in a block without its result at the %s node, unknown to the other, is not absent', async (_place, nodes) => {
    const { service, store } = await startWith(...nodes);
    const ref = { kind: 'transaction', id: executed };
    expect(await outcomeOf(lookup(ref, defaultReadOptions, service))).toEqual(unavailable);
    expect(store.tables.cache.size).toBe(0);
  });

  test('pending on record and known to no node any more is absent, and the record stays as it was', async () => {
    let forgotten = false;
    const [pending] = truth.transactions.filter((one) => one.height > 20);
    running = await startNetwork({
      nodes: [(request, forward) => (forgotten ? unknowing(request, forward) : undefined)],
      height: (pending?.height ?? 0) - 1,
    });
    const ref = { kind: 'transaction', id: pending?.hash ?? '' };
    expect((await lookup(ref, defaultReadOptions, running.service)).data).toMatchObject({ status: 'pending' });
    const kept = structuredClone(running.store.tables.records.get(refKey(ref)));
    expect(kept?.value).toMatchObject({ status: 'pending' });
    forgotten = true;
    expect((await lookup(ref, fromChain, running.service)).data).toBeNull();
    expect(running.store.tables.records.get(refKey(ref))).toEqual(kept);
    expect(running.store.tables.audit.get(refKey(ref))).toHaveLength(1);
  });
});

test('of the past, a collection whose reading failed at one node is read at another one (rule PAST-2)', async () => {
  let queries = 0;
  const failingOnce: Override = ({ method, params }) => {
    if (method !== 'query_global_state' || params.key !== `hash-${villas}`) return undefined;
    queries += 1;
    return queries === 1 ? { status: 500 } : undefined;
  };
  const { service } = await startWith(failingOnce, emptied);
  const right = truth.asset({ collection: 'villas', packageHash: villas, tokenId: '0' }, 50);
  expect(right).not.toBeNull();
  const options = { at: 50, noCache: true, onlyIfCached: false };
  expect(await outcomeOf(lookupAt(villa(0), options, service))).toEqual({ data: right });
});
