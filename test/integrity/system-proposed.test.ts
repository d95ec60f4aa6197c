import { beforeAll, expect, test } from '@jest/globals';
import { clValueDecoder } from '../../lib/chain/rpc/casper-sdk.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { corroborate } from '../../lib/usecases/observing/corroborate.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { inVirtualTime } from '../support/in-virtual-time.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { createVirtualNetwork } from '../support/virtual-network.ts';
import { notFound, outcomeOf, truth, user1, villa } from './network.ts';

const fromChain = { ...defaultReadOptions, noCache: true };
const unfunded = `account-hash-${'ab'.repeat(32)}`;
const there = [villa(0), { kind: 'account', id: user1 }, { kind: 'staking', id: user1 }];
const unavailable = { failed: 'chain_unavailable' };

beforeAll(clValueDecoder);

const virtually =
  <Given extends readonly unknown[]>(work: (...given: Given) => Promise<void>) =>
  (...given: Given): Promise<void> =>
    inVirtualTime(() => work(...given));

/** The newest block was proposed by the system, as the first one after an upgrade is. `blank`: members that it lacks. */
const bySystem =
  (height: number, blank: object = {}): Override =>
  async ({ method, params }, forward) => {
    if (method !== 'info_get_status' && method !== 'chain_get_block') return undefined;
    const answer = await forward();
    if (method === 'info_get_status') answer.result.last_added_block_info.creator = '00';
    else if (JSON.stringify(params).includes(truth.block(height).hash))
      Object.assign(answer.result.block_with_signatures.block.Version2.header, { proposer: '00', ...blank });
    return answer;
  };

const withoutState =
  (node: Override, isLost: (key: string) => boolean = () => true): Override =>
  (request, forward) => {
    if (request.method === 'query_global_state' && isLost(request.params.key)) return notFound;
    if (request.method.startsWith('query_balance')) return notFound;
    return node(request, forward);
  };

// 65 ends an era and names the next validators; 64 does not, and its parent's proposer is a witness; 0 is genesis.
const blocks: readonly (readonly [string, number, object])[] = [
  ['that ends an era', 65, {}],
  ['that ends no era', 64, {}],
  ['that ends an era and names no validator', 65, { era_end: null }],
  ['of genesis', 0, {}],
];

test.each(blocks)(
  'at a block of the system %s, a node without state proves no absence (rule KIND-1)',
  virtually(async (_which, height, blank) => {
    const running = createVirtualNetwork({ nodes: [withoutState(bySystem(height, blank))], height });
    for (const ref of [...there, { kind: 'account', id: unfunded }]) {
      expect(await outcomeOf(lookup(ref, fromChain, running.service))).toEqual(unavailable);
    }
    expect([...running.store.tables.records.keys()]).toEqual([]);
  }),
);

test.each(blocks)(
  'at a block of the system %s, a sound node goes on to show what is there and what is not',
  virtually(async (_which, height, blank) => {
    const { service } = createVirtualNetwork({ nodes: [bySystem(height, blank)], height });
    expect(await outcomeOf(lookup({ kind: 'account', id: unfunded }, fromChain, service))).toEqual({ data: null });
    const right = truth.asset({ collection: 'villas', packageHash: villa(0).id.slice(0, 64), tokenId: '0' }, height);
    expect(await outcomeOf(lookup(villa(0), fromChain, service))).toEqual({ data: right ?? null });
  }),
);

test(
  'where a block names no witness at all, nothing counts as absent, and the node is not blamed',
  virtually(async () => {
    const nameless: Override = (request, forward) => {
      const isParent = JSON.stringify(request.params ?? {}).includes(truth.block(63).hash);
      if (request.method === 'chain_get_block' && isParent) return { error: { code: -32001, message: '', data: null } };
      return bySystem(64)(request, forward);
    };
    const { service } = createVirtualNetwork({ nodes: [nameless], height: 64 });
    expect(await outcomeOf(lookup({ kind: 'account', id: unfunded }, fromChain, service))).toEqual(unavailable);
    expect(await outcomeOf(lookup(there[1] ?? villa(0), fromChain, service))).toMatchObject({ data: { id: user1 } });
    expect(service.chain.report()).toMatchObject([{ state: 'healthy', reason: null }]);
  }),
);

test(
  'a node without state has no vote on an absence at a block of the system (rule CONFLICT-3)',
  virtually(async () => {
    const height = 65;
    const nodes = [bySystem(height), withoutState(bySystem(height)), withoutState(bySystem(height))];
    const { service } = createVirtualNetwork({ nodes, height });
    const ref = { kind: 'account', id: user1 };
    await lookup(ref, fromChain, service);
    const definition = service.definitions.get('account');
    const record = await service.records.get(ref);
    if (definition === undefined || record === undefined) throw new Error('it is stored');
    const block = await service.chain.blockOf(truth.block(height).hash, new AbortController().signal);
    const asking = { definition, ref, record, block, signal: new AbortController().signal };
    expect((await corroborate(asking, service)).judgement).toMatchObject({ verdict: 'confirmed' });
  }),
);
