import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../infra/local/dev-chain/fault.ts';
import type { Instance } from '../../support/instances.ts';
import { accountPath, accounts, type Cluster, fromChain, startCluster, truth } from './cluster.ts';

const height = 60;
/** Of a machine that does other things too: a quarter of it is the store's. */
const deadlineMs = 8_000;

let cluster: Cluster;
afterEach(() => cluster.close());

const first = (): Instance => {
  const [instance] = cluster.instances;
  if (instance === undefined) throw new Error('an instance is started');
  return instance;
};

describe('While all nodes are down', () => {
  test('each of 100 reads answers within the deadline, and calls fall to the rate of probes', async () => {
    cluster = await startCluster({ instances: 4, env: { ASTAKE_DEADLINE_MS: String(deadlineMs) } });
    for (const number of [0, 1, 2, 3]) expect((await first().get(accountPath(number))).status).toBe(200);
    for (const node of cluster.nodes) node.fault('down');
    const read = async (number: number, headers = fromChain) => {
      const began = performance.now();
      const got = await cluster.instances[number % 4]?.get(accountPath(number), headers);
      return { got, inTime: performance.now() - began < deadlineMs + 500 };
    };
    const stored = (number: number): boolean => number % accounts.length < 4;
    async function readHundred(from: number): Promise<void> {
      const answers = await Promise.all(Array.from({ length: 100 }, (_, number) => read(from + number)));
      for (const [number, { got, inTime }] of answers.entries()) {
        expect({ number, inTime, status: got?.status }).toEqual({
          number,
          inTime: true,
          status: stored(from + number) ? 200 : 503,
        });
        if (got?.status === 200) expect(got.body.meta).toMatchObject({ source: 'database', stale: true });
        else expect(got?.body).toMatchObject({ code: 'chain_unavailable', retryable: true });
      }
    }
    const opened = async () =>
      Object.values((await cluster.store.progress.read()).nodes).filter(({ open }) => open).length;
    for (let round = 0; round < 10 && (await opened()) < 2; round += 1) {
      await readHundred(0);
      cluster.pass(1_100);
    }
    expect(await opened()).toBe(2);

    // All breakers are open, and everybody knows: of all reads of a second one tries one node.
    const tried: number[] = [];
    for (let second = 0; second < 5; second += 1) {
      cluster.pass(1_100);
      cluster.resetCalls();
      await readHundred(0);
      tried.push(cluster.calls(0) + cluster.calls(1));
    }
    expect(Math.max(...tried)).toBeLessThanOrEqual(2);
    expect(Math.max(...tried)).toBeGreaterThanOrEqual(1);

    // One of them is back: the next second's reads come from it.
    cluster.nodes[1]?.fault(undefined);
    const sources: string[] = [];
    for (let second = 0; second < 4; second += 1) {
      cluster.pass(1_100);
      for (const number of [0, 1, 2, 3]) sources.push((await read(number)).got?.body.meta?.source);
    }
    expect(sources.slice(-4)).toEqual(['chain', 'chain', 'chain', 'chain']);
  });
});

describe('A node that says what is not so', () => {
  /** Whatever it is asked, what comes out is the chain's at the named block, and no lower than before. */
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
    '(%s), at start and later, changes nothing that is served or stored, while the chain grows',
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
        const { body } = await first().get('/v1/health');
        expect(body.components.chain.upstreams[0]).toMatchObject({ state: 'healthy', reason: null });
        if (atStart) await cluster.close();
      }
    },
  );

  test.each([
    ['one lags and one is down', [100, 'down', 60]],
    ['two are catching up', [100, 'catching-up', 'catching-up']],
    ['the first one lags', [60, 100, 100]],
    ['the first two lag by a little', [97, 98, 100]],
  ] as const)('does not keep the right node from being heard, by who knows nothing yet: %s', async (_what, states) => {
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

  test('is shown with its reason while its guard is red', async () => {
    cluster = await startCluster();
    cluster.nodes[0]?.fault('catching-up');
    const { body } = await first().get('/v1/health');
    expect(body).toMatchObject({
      status: 'degraded',
      components: {
        chain: {
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
    ['of 10⁹ and of no time', 1_000_000_000, 'never'],
    ['of 10⁹ and of the future', 1_000_000_000, '2040-01-01T00:00:00.000Z'],
    ['of 15 more', height + 16, undefined],
    ['of 15 more, and later', height + 16, '2026-11-23T00:40:00.000Z'],
  ])('a height %s, once, raises nothing', async (_what, told, time) => {
    let lies = 0;
    cluster = await startCluster({
      nodes: 3,
      async override({ method }, forward) {
        if (method !== 'info_get_status' || lies > 0) return undefined;
        const answer = await forward();
        lies += 1;
        answer.result.last_added_block_info.height = told;
        answer.result.available_block_range.high = told;
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
    expect(lies).toBe(1);
    expect(seen.height).toBe(height + 3);
  });
});

test.each([
  ['answers with an error', () => ({ error: { code: -32099, message: 'odd', data: null } })],
  ['answers with text', () => ({ status: 502 })],
])(
  'of a batch of five of which the first node %s for two, the second one is asked only for the two',
  async (_what, odd) => {
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
  },
);
