import { beforeAll, describe, expect, test } from '@jest/globals';
import { clValueDecoder } from '../../lib/chain/rpc/casper-sdk.ts';
import { defaultReadOptions } from '../../lib/domain/freshness.ts';
import { followToTip } from '../../lib/usecases/following/follow-to-tip.ts';
import { readHealth } from '../../lib/usecases/health/health.ts';
import { lookup } from '../../lib/usecases/reading/lookup.ts';
import { type LookupOutcome, lookupMany } from '../../lib/usecases/reading/lookup-many.ts';
import { beginReconciliation } from '../../lib/usecases/reconciliation/begin.ts';
import { inVirtualTime } from '../support/in-virtual-time.ts';
import type { Override } from '../support/rpc-proxy.ts';
import { createVirtualNetwork, type VirtualNetwork } from '../support/virtual-network.ts';
import { outcomeOf, truth, user1, villa } from './network.ts';

const height = 63;
const fromChain = { ...defaultReadOptions, noCache: true };
const account = { kind: 'account', id: user1 };
const refs = [villa(0), account, { kind: 'staking', id: user1 }];
const sound: Override = () => undefined;

beforeAll(clValueDecoder);

/** The test runs in virtual time. */
const virtually =
  <Given extends readonly unknown[]>(work: (...given: Given) => Promise<void>) =>
  (...given: Given): Promise<void> =>
    inVirtualTime(() => work(...given));

/** Its status reports so many blocks more than it serves. */
const overstating =
  (blocks: number, isSo = () => true): Override =>
  async ({ method }, forward) => {
    if (method !== 'info_get_status' || !isSo()) return undefined;
    const answer = await forward();
    const reported = truth.block(answer.result.last_added_block_info.height + blocks);
    Object.assign(answer.result.last_added_block_info, reported);
    answer.result.available_block_range.high = reported.height;
    return answer;
  };

const noSuchBlock = { code: -32001, message: 'No such block', data: null };

/** A node that is `behind` blocks behind the recorded one: it knows nothing of the blocks above. */
const behind =
  (blocks: number, network: () => VirtualNetwork): Override =>
  async (request, forward) => {
    const top = network().node.height() - blocks;
    const above = Array.from({ length: blocks }, (_, index) => truth.block(top + 1 + index));
    const asked = JSON.stringify(request.params ?? {});
    const isAbove = above.some((block) => asked.includes(block.hash) || asked.includes(`"Height":${block.height}}`));
    if (isAbove) {
      const isBalance = request.method.startsWith('query_balance');
      return { error: isBalance ? { code: -32018, message: 'Node request failure', data: emptyAnswer } : noSuchBlock };
    }
    return overstating(-blocks)(request, forward);
  };
const emptyAnswer = 'request for balance has failed: unexpectedly received an empty envelope';

/** One address with several nodes behind it, which take turns. */
const inTurns = (nodes: readonly Override[]): Override => {
  let next = 0;
  return (request, forward) => {
    const node = nodes[next % nodes.length] ?? sound;
    next += 1;
    return node(request, forward);
  };
};

const upstreamsOf = async ({ service }: VirtualNetwork) => (await readHealth(service)).components.nodes.upstreams;

describe('a node that reports a block which it does not serve (rule ANSWER-5)', () => {
  test.each<[string, Override[]]>([
    ['the first of three, by 1', [overstating(1), sound, sound]],
    ['the first of three, by 3', [overstating(3), sound, sound]],
    ['the first of three, by 5', [overstating(5), sound, sound]],
    ['two of three, by 1', [overstating(1), overstating(1), sound]],
    ['two of three, by 3 and 1', [overstating(3), overstating(1), sound]],
    ['the first of two, by 1', [overstating(1), sound]],
    ['both of two, by 1', [overstating(1), overstating(1)]],
    ['the only one, by 1', [overstating(1)]],
    ['the only one, by 4', [overstating(4)]],
  ])(
    'stops no read: %s',
    virtually(async (_which, nodes) => {
      const running = createVirtualNetwork({ nodes, height });
      for (const service of [running.service, running.another()]) {
        for (const ref of refs) {
          const answer = await lookup(ref, fromChain, service);
          expect(answer).toMatchObject({ source: 'chain', block: truth.block(height) });
        }
      }
    }),
  );

  test.each<[string, Override[]]>([
    ['three nodes', [overstating(1), sound, sound]],
    ['one node', [overstating(1)]],
  ])(
    'stops no batch, no tick of sync and no reconciliation: %s',
    virtually(async (_which, nodes) => {
      const running = createVirtualNetwork({ nodes, height });
      const render = (outcome: LookupOutcome) => ('answer' in outcome ? outcome.answer.block.height : 'failed');
      expect(await lookupMany(refs, fromChain, { maxBytes: 1e6, render }, running.another())).toEqual([63, 63, 63]);
      const { tick } = await followToTip(running.another());
      expect(tick).toMatchObject({ stoppedBy: 'done', to: height });
      const { run } = await beginReconciliation({}, running.another());
      expect((await running.store.reconciliations.get(run ?? ''))?.block).toEqual(truth.block(height));
    }),
  );

  test(
    'is shown in health, and no other node is; once it serves what it reports, it is healthy again',
    virtually(async () => {
      let isSo = true;
      const running = createVirtualNetwork({ nodes: [overstating(1, () => isSo), sound, sound], height });
      for (const ref of [...refs, ...refs]) await lookup(ref, fromChain, running.service);
      const reason = 'reports block 64, which it does not have';
      const healthy = { state: 'healthy', reason: null };
      expect(await upstreamsOf(running)).toMatchObject([{ state: 'unhealthy', reason }, healthy, healthy]);
      isSo = false;
      running.pass(1);
      expect(await upstreamsOf(running)).toMatchObject([healthy, healthy, healthy]);
    }),
  );

  test(
    'asks no more of the nodes once it is known',
    virtually(async () => {
      const callsOf = async (first: Override): Promise<number> => {
        const { service } = createVirtualNetwork({ nodes: [first, sound, sound], height });
        await lookup(account, fromChain, service);
        const before = service.chain.calls();
        await lookup(account, fromChain, service);
        return service.chain.calls() - before;
      };
      expect(await callsOf(overstating(1))).toBe(await callsOf(sound));
    }),
  );
});

test.each([
  ['is not known', noSuchBlock],
  ['has no state', { code: -32012, message: 'No such state root', data: null }],
  ['has no state, in the words of the node behind', { code: -32018, message: 'Node request failure', data: null }],
])(
  'a node that lost a block between its status and the read is left, and no other node is blamed: the block %s',
  virtually(async (_how, error) => {
    const lost = truth.block(height).hash;
    const node: Override = ({ method, params }) => {
      if (!JSON.stringify(params ?? {}).includes(lost)) return undefined;
      return { error: method === 'chain_get_block' ? noSuchBlock : error };
    };
    let running: VirtualNetwork;
    const nodes = [node, behind(1, () => running), behind(1, () => running)];
    running = createVirtualNetwork({ nodes, height });
    for (const ref of refs) {
      const answer = await lookup(ref, fromChain, running.service);
      expect(answer).toMatchObject({ source: 'chain', block: truth.block(height - 1) });
    }
    const [wrong, ...others] = await upstreamsOf(running);
    expect(wrong).toMatchObject({ state: 'unhealthy', reason: 'reports block 63, which it does not have' });
    expect(others.map(({ state }) => state)).toEqual(['healthy', 'healthy']);
  }),
);

test.each([
  ['two nodes, of which one is a block behind', [0, 1]],
  ['three nodes, of which one is a block behind', [0, 1, 0]],
  ['three nodes, of which two are a block behind', [1, 0, 1]],
  ['three nodes at three heights', [0, 1, 2]],
])(
  'one address with %s behind it answers each read, while the chain goes on and sync follows it',
  virtually(async (_which, lags) => {
    let running: VirtualNetwork;
    const nodes = lags.map((lag) => (lag === 0 ? sound : behind(lag, () => running)));
    running = createVirtualNetwork({ nodes: [inTurns(nodes)], height });
    const outcomes: unknown[] = [];
    for (let read = 0; read < 24; read += 1) {
      if (read % 3 === 2) running.node.setHeight(height + (read + 1) / 3);
      if (read % 6 === 5) await followToTip(running.service);
      running.pass(1_500);
      outcomes.push(await outcomeOf(lookup(refs[read % 2] ?? account, fromChain, running.service)));
    }
    expect(outcomes.filter((outcome) => 'failed' in (outcome as object))).toEqual([]);
  }),
);

test(
  'a read that was answered at a block is not answered below it',
  virtually(async () => {
    let isLost = false;
    const running = createVirtualNetwork({
      nodes: [overstating(1, () => isLost)],
      height,
    });
    running.node.setHeight(height + 1);
    expect(await lookup(account, fromChain, running.service)).toMatchObject({ block: truth.block(height + 1) });
    running.node.setHeight(height);
    isLost = true;
    const kept = await lookup(account, fromChain, running.service);
    expect(kept).toMatchObject({ source: 'database', block: truth.block(height + 1) });
    expect(await lookup(villa(1), fromChain, running.service)).toMatchObject({ block: truth.block(height) });
  }),
);

test(
  'one failure to find the newest block fails no item of a batch',
  virtually(async () => {
    // As many as one search for the newest block asks.
    let left = 3;
    const failing: Override = ({ method }) => {
      if (method !== 'info_get_status' || left === 0) return undefined;
      left -= 1;
      return { status: 500 };
    };
    const { service } = createVirtualNetwork({ nodes: [failing], height });
    const many = Array.from({ length: 25 }, (_, token) => villa(token));
    const render = (outcome: LookupOutcome) => ('answer' in outcome ? 'answered' : 'failed');
    expect(await lookupMany(many, fromChain, { maxBytes: 1e6, render }, service)).toEqual(Array(25).fill('answered'));
    expect(left).toBe(0);
  }),
);
