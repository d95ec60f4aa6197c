import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../../faults/child.ts';
import { asOperator, type Got } from '../../support/local.ts';
import { accountPath, accounts, type Cluster, fromChain, startCluster, truth } from './cluster.ts';

const height = 60;

let cluster: Cluster;
afterEach(() => cluster.close());

/** The first node fails until the first instance has opened its breaker and published that. */
async function openFirst(): Promise<void> {
  const [first] = cluster.instances;
  for (let read = 0; read < 10 && (await breakerOf(0)) !== 'open'; read += 1) {
    await first?.get(accountPath(read), fromChain);
    cluster.pass(5_100);
    await flushed();
  }
  expect(await breakerOf(0)).toBe('open');
}

/** In the table. */
async function breakerOf(node: number): Promise<string> {
  const name = new URL(cluster.nodes[node]?.url ?? '').host;
  const memory = (await cluster.store.progress.read()).nodes[name];
  return memory?.open ? 'open' : 'closed';
}

const flushed = () => Promise.all(cluster.instances.map(({ service }) => service.chain.flushed()));

const readAll = (number = 0): Promise<Got[]> =>
  Promise.all(cluster.instances.map((instance, index) => instance.get(accountPath(number + index), fromChain)));

function expectTrue(answers: readonly Got[], number = 0): void {
  for (const [index, { status, body }] of answers.entries()) {
    const id = accounts[(number + index) % accounts.length] ?? '';
    expect({ status, source: body.meta?.source, data: body.data }).toEqual({
      status: 200,
      source: 'chain',
      data: truth.account(id, height),
    });
  }
}

describe('While a breaker is open', () => {
  test('of 20 warm instances one probes per window, and its success closes the breaker for all of them', async () => {
    cluster = await startCluster({ instances: 20 });
    expectTrue(await readAll());
    cluster.nodes[0]?.fault('down');
    await openFirst();
    cluster.nodes[0]?.fault(undefined);

    cluster.pass(60_000);
    cluster.resetCalls();
    expectTrue(await readAll());
    await eventually(async () => (await breakerOf(0)) === 'closed');
    expect(cluster.nodes[0]?.calls().byMethod.info_get_status).toBe(1);
    // The prober's own read may have continued there.
    expect(cluster.calls(0)).toBeLessThanOrEqual(3);

    // It is the first choice again, for all of them.
    cluster.pass(1_100);
    cluster.resetCalls();
    expectTrue(await readAll());
    expect(cluster.calls(0)).toBeGreaterThanOrEqual(20 * 3);
    expect(cluster.counted('BreakerClosed')).toBe(1);
  });

  test('an instance that has just started knows it, and does not ask the node', async () => {
    cluster = await startCluster({ instances: 1 });
    cluster.nodes[0]?.fault('down');
    await openFirst();
    cluster.resetCalls();
    const late = await cluster.another();
    const got = await late.get(accountPath(3), fromChain);
    expect(got.body).toMatchObject({ meta: { source: 'chain' }, data: truth.account(accounts[3] ?? '', height) });
    expect(cluster.calls(0)).toBeLessThanOrEqual(1);
    const { body } = await late.get('/v1/health', asOperator);
    expect(body.components.nodes.upstreams[0]).toMatchObject({
      state: 'unhealthy',
      breaker: 'open',
      nextProbeAt: expect.any(String),
      reason: expect.stringContaining('info_get_status'),
    });
  });
});

describe('A node that asks for a pause', () => {
  test('of 30 s is not called by any instance until it is over, nor by one that starts meanwhile', async () => {
    cluster = await startCluster({ instances: 5 });
    expectTrue(await readAll());
    cluster.nodes[0]?.fault('throttled', { retryAfterSeconds: 30 });
    expectTrue([(await cluster.instances[0]?.get(accountPath(0), fromChain)) as Got]);
    cluster.nodes[0]?.fault(undefined);
    await flushed();
    cluster.pass(1_100);
    cluster.resetCalls();
    for (let second = 1; second < 21; second += 4) {
      expectTrue(await readAll(second), second);
      cluster.pass(4_000);
    }
    const late = await cluster.another();
    expectTrue([await late.get(accountPath(0), fromChain)]);
    expect(cluster.calls(0)).toBe(0);

    cluster.pass(10_000);
    expectTrue(await readAll());
    expect(cluster.calls(0)).toBeGreaterThan(0);
    expect(cluster.counted('BreakerOpened')).toBe(0);
  });

  test('is written once, and nothing is written while all nodes are healthy (rule ITEM-1)', async () => {
    const noted: unknown[] = [];
    cluster = await startCluster({
      instances: 3,
      onCall: (name, args) => {
        if (name === 'progress.noteNode') noted.push(args);
      },
    });
    for (let round = 0; round < 5; round += 1) {
      expectTrue(await readAll(round), round);
      cluster.pass(11_000);
    }
    expect(noted).toEqual([]);
    cluster.nodes[0]?.fault('throttled', { retryAfterSeconds: 30 });
    await cluster.instances[0]?.get(accountPath(0), fromChain);
    await flushed();
    expect(noted).toHaveLength(1);
  });
});

describe('While the table cannot be reached', () => {
  test('each instance goes on alone: its breakers open, are probed and close by what it sees itself', async () => {
    let down = false;
    cluster = await startCluster({
      instances: 2,
      onCall: () => {
        if (down) throw Object.assign(new Error('no table'), { name: 'StoreUnavailable' });
      },
    });
    expectTrue(await readAll());
    down = true;
    cluster.nodes[0]?.fault('down');
    for (let read = 0; read < 8; read += 1) {
      expectTrue(await readAll(read), read);
      cluster.pass(5_100);
    }
    expect(cluster.counted('BreakerOpened')).toBe(2);
    cluster.nodes[0]?.fault(undefined);
    cluster.pass(60_000);
    cluster.resetCalls();
    expectTrue(await readAll());
    await eventually(async () => {
      const got = await cluster.instances[0]?.get('/v1/health', asOperator);
      return got?.body.components.nodes.upstreams[0].breaker === 'closed';
    });
    expectTrue(await readAll());
    expect(cluster.calls(0)).toBeGreaterThan(2);
  });
});
