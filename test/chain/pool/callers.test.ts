import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../infra/local/dev-chain/fault.ts';
import type { Instance } from '../../support/instances.ts';
import { asOperator } from '../../support/local.ts';
import { accountPath, accounts, type Cluster, fromChain, startCluster, truth } from './cluster.ts';

const height = 60;
let cluster: Cluster;
afterEach(() => cluster.close());

const first = (): Instance => {
  const [instance] = cluster.instances;
  if (instance === undefined) throw new Error('an instance is started');
  return instance;
};

describe('A node that gives wrong answers', () => {
  /** Every answer is the recording's at the block that it names, and of no lower block than the answers before. */
  async function expectTruth(seen: { height: number }): Promise<void> {
    for (const number of [0, 1]) {
      const { status, body } = await first().get(accountPath(number), fromChain);
      expect(status).toBe(200);
      expect(body.data).toEqual(truth.account(accounts[number] ?? '', body.meta.block.height));
      expect(body.meta.block).toEqual(truth.block(body.meta.block.height));
      expect(body.meta.stale).toBe(false);
      expect(body.meta.verifiedThrough.height).toBeGreaterThanOrEqual(seen.height);
      seen.height = body.meta.verifiedThrough.height;
    }
    const { head } = await cluster.store.progress.read();
    expect(head?.height).toBeLessThanOrEqual(cluster.nodes[1]?.height() ?? 0);
  }

  test.each<Fault>(['lagging', 'catching-up', 'wrong-network', 'nothing-found'])(
    '(%s), at the start and later, changes nothing that is served or stored while the chain grows (rule SAVE-8)',
    async (fault) => {
      for (const atStart of [true, false]) {
        cluster = await startCluster();
        const seen = { height: 0 };
        const strike = () => cluster.nodes[0]?.fault(fault, { blocksBehind: 20 });
        if (atStart) strike();
        for (let block = height; block < height + 8; block += 1) {
          for (const node of cluster.nodes) node.setHeight(block);
          if (block === height + 3) strike();
          if (block === height + 6) cluster.nodes[0]?.fault(undefined);
          await expectTruth(seen);
          cluster.pass(4_000);
        }
        expect(seen.height).toBe(height + 7);
        const { body } = await first().get('/v1/health', asOperator);
        expect(body.components.nodes.upstreams[0]).toMatchObject({ state: 'healthy', reason: null });
        if (atStart) await cluster.close();
      }
    },
  );

  test.each([
    ['one lags and one is down', [100, 'down', 60]],
    ['two are catching up', [100, 'catching-up', 'catching-up']],
    ['the first one lags', [60, 100, 100]],
    ['the first two lag by a little', [97, 98, 100]],
  ] as const)('does not keep a new process from the right node: %s', async (_what, states) => {
    cluster = await startCluster({ nodes: 3, instances: 2, height: 100 });
    for (const [index, state] of states.entries()) {
      if (typeof state === 'number') cluster.nodes[index]?.setHeight(state);
      else cluster.nodes[index]?.fault(state, { blocksBehind: 30 + index });
    }
    for (const instance of cluster.instances) {
      for (const number of [0, 1]) {
        const { status, body } = await instance.get(accountPath(number), fromChain);
        expect({ status, source: body.meta?.source, data: body.data }).toEqual({
          status: 200,
          source: 'chain',
          data: truth.account(accounts[number] ?? '', body.meta.block.height),
        });
        expect(body.meta.block.height).toBeGreaterThanOrEqual(97);
      }
    }
  });

  test('is reported with the reason while it is barred', async () => {
    cluster = await startCluster();
    cluster.nodes[0]?.fault('catching-up');
    const { body } = await first().get('/v1/health', asOperator);
    expect(body).toMatchObject({
      status: 'degraded',
      components: {
        nodes: {
          upstreams: [
            { state: 'unhealthy', reason: 'is in state CatchUp' },
            { state: 'healthy', reason: null, height },
          ],
        },
      },
    });
  });

  test.each([
    ['of 10⁹', 1_000_000_000, undefined],
    ['of 10⁹ and without a valid time', 1_000_000_000, 'never'],
    ['of 10⁹ and in the future', 1_000_000_000, '2040-01-01T00:00:00.000Z'],
    ['of 15 more', height + 16, undefined],
    ['of 15 more, and later', height + 16, '2026-11-23T00:40:00.000Z'],
  ])('a height %s, reported once, raises nothing (rule SAVE-8)', async (_what, reported, time) => {
    let wrongAnswers = 0;
    cluster = await startCluster({
      nodes: 3,
      async override({ method }, forward) {
        if (method !== 'info_get_status' || wrongAnswers > 0) return undefined;
        const answer = await forward();
        wrongAnswers += 1;
        answer.result.last_added_block_info.height = reported;
        answer.result.available_block_range.high = reported;
        if (time !== undefined) answer.result.last_added_block_info.timestamp = time;
        return answer;
      },
    });
    const seen = { height: 0 };
    for (let block = height; block < height + 4; block += 1) {
      for (const node of cluster.nodes) node.setHeight(block);
      await expectTruth(seen);
      cluster.pass(6_000);
    }
    expect(wrongAnswers).toBe(1);
    expect(seen.height).toBe(height + 3);
  });
});

test.each([
  ['answers with an error', () => ({ error: { code: -32099, message: 'odd', data: null } })],
  ['answers with text', () => ({ status: 502 })],
])('of a batch of five, the second node is asked only for the two for which the first one %s', async (_what, odd) => {
  const failing = [1, 3].map((number) => accounts[number] ?? '');
  cluster = await startCluster({
    override: ({ method, params }) =>
      method === 'query_balance_details' && failing.some((id) => JSON.stringify(params).includes(id))
        ? odd()
        : undefined,
  });
  await first().get(accountPath(0));
  cluster.resetCalls();
  const refs = [0, 1, 2, 3, 4].map((number) => ({ kind: 'account', id: accounts[number] }));
  const { status, body } = await first().post('/v1/lookup', { refs });
  expect(status).toBe(200);
  expect(body.results.map(({ ref, data }: { ref: object; data: object }) => ({ ref, data }))).toEqual(
    refs.map((ref) => ({ ref, data: truth.account(ref.id ?? '', height) })),
  );
  expect(cluster.nodes[1]?.calls()).toEqual({ total: 2, byMethod: { query_balance_details: 2 } });
});
