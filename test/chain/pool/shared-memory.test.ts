import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../../faults/child.ts';
import type { Got } from '../../support/local.ts';
import { accountPath, accounts, type Cluster, fromChain, startCluster, truth } from './cluster.ts';

const height = 60;

let cluster: Cluster;
afterEach(() => cluster.close());

/** The first node fails until its breaker has opened at the first instance, and everybody can know. */
async function openFirst(): Promise<void> {
  const [first] = cluster.instances;
  for (let read = 0; read < 10 && (await breakerOf(0)) !== 'open'; read += 1) {
    await first?.get(accountPath(read), fromChain);
    cluster.pass(5_100);
    await settled();
  }
  expect(await breakerOf(0)).toBe('open');
}

/** As the table has it. */
async function breakerOf(node: number): Promise<string> {
  const name = new URL(cluster.nodes[node]?.url ?? '').host;
  const memory = (await cluster.store.progress.read()).nodes[name];
  return memory?.open ? 'open' : 'closed';
}

const settled = () => Promise.all(cluster.instances.map(({ service }) => service.chain.flushed()));

const readAll = (number = 0): Promise<Got[]> =>
  Promise.all(cluster.instances.map((instance, index) => instance.get(accountPath(number + index), fromChain)));

function expectSound(answers: readonly Got[], number = 0): void {
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
  test('of 20 warm instances one probes per window, and its success lets all of them in again', async () => {
    cluster = await startCluster({ instances: 20 });
    expectSound(await readAll());
    cluster.nodes[0]?.fault('down');
    await openFirst();
    cluster.nodes[0]?.fault(undefined);

    cluster.pass(60_000);
    cluster.resetCalls();
    expectSound(await readAll());
    await eventually(async () => (await breakerOf(0)) === 'closed');
    expect(cluster.nodes[0]?.calls().byMethod.info_get_status).toBe(1);
    // The prober's own reading may have gone on there.
    expect(cluster.calls(0)).toBeLessThanOrEqual(3);

    // Its first choice again, for all of them.
    cluster.pass(1_100);
    cluster.resetCalls();
    expectSound(await readAll());
    expect(cluster.calls(0)).toBeGreaterThanOrEqual(20 * 3);
    expect(cluster.counted('BreakerClosed')).toBe(1);
  });

  test('a failed probe leaves it open, and the windows grow', async () => {
    cluster = await startCluster({ instances: 20 });
    expectSound(await readAll());
    cluster.nodes[0]?.fault('down');
    await openFirst();
    const probesIn = async (seconds: number): Promise<number> => {
      cluster.pass(seconds * 1_000);
      cluster.resetCalls();
      for (const round of [1, 2, 3]) expectSound(await readAll(round), round);
      await settled();
      return cluster.calls(0);
    };
    const probes: number[] = [];
    for (let second = 0; second < 90; second += 5) probes.push(await probesIn(5));
    expect(Math.max(...probes)).toBe(1);
    const sum = probes.reduce((all, one) => all + one, 0);
    // At 10 s at most, then after 20, 40 and 60 s.
    expect(sum).toBeGreaterThanOrEqual(2);
    expect(sum).toBeLessThanOrEqual(4);
    expect(await breakerOf(0)).toBe('open');
  });

  test('a container that has just started knows it, and does not ask the node', async () => {
    cluster = await startCluster({ instances: 1 });
    cluster.nodes[0]?.fault('down');
    await openFirst();
    cluster.resetCalls();
    const late = await cluster.another();
    const got = await late.get(accountPath(3), fromChain);
    expect(got.body).toMatchObject({ meta: { source: 'chain' }, data: truth.account(accounts[3] ?? '', height) });
    expect(cluster.calls(0)).toBeLessThanOrEqual(1);
    const { body } = await late.get('/v1/health');
    expect(body.components.chain.upstreams[0]).toMatchObject({
      state: 'unhealthy',
      breaker: 'open',
      nextProbeAt: expect.any(String),
      reason: expect.stringContaining('info_get_status'),
    });
  });

  test('a prober that has stalled until another one was elected closes nothing', async () => {
    cluster = await startCluster({ instances: 2 });
    expectSound(await readAll());
    cluster.nodes[0]?.fault('down');
    await openFirst();
    // The first prober's request hangs for longer than its window.
    cluster.nodes[0]?.fault('slow', { delayMs: 1_500 });
    cluster.pass(60_000);
    await cluster.instances[0]?.get(accountPath(1), fromChain);
    await eventually(() => cluster.calls(0) > 0);
    const elected = (await cluster.store.progress.read()).nodes;
    cluster.pass(60_000);
    cluster.nodes[0]?.fault('down');
    cluster.resetCalls();
    await cluster.instances[1]?.get(accountPath(2), fromChain);
    await eventually(() => cluster.calls(0) > 0);
    await settled();
    const name = new URL(cluster.nodes[0]?.url ?? '').host;
    const later = (await cluster.store.progress.read()).nodes[name];
    expect(later?.token).toBe((elected[name]?.token ?? 0) + 1);
    // The late answer is there by now, and was right: it changes nothing any more.
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    await settled();
    expect((await cluster.store.progress.read()).nodes[name]).toEqual(later);
  });
});

describe('A node that asks for a pause', () => {
  test('of 30 s is not called before by any instance, nor by one that starts meanwhile', async () => {
    cluster = await startCluster({ instances: 5 });
    expectSound(await readAll());
    cluster.nodes[0]?.fault('throttled', { retryAfterSeconds: 30 });
    expectSound([(await cluster.instances[0]?.get(accountPath(0), fromChain)) as Got]);
    cluster.nodes[0]?.fault(undefined);
    await settled();
    cluster.pass(1_100);
    cluster.resetCalls();
    for (let second = 1; second < 21; second += 4) {
      expectSound(await readAll(second), second);
      cluster.pass(4_000);
    }
    const late = await cluster.another();
    expectSound([await late.get(accountPath(0), fromChain)]);
    expect(cluster.calls(0)).toBe(0);

    cluster.pass(10_000);
    expectSound(await readAll());
    expect(cluster.calls(0)).toBeGreaterThan(0);
    expect(cluster.counted('BreakerOpened')).toBe(0);
  });

  test('and nothing is written while all are well', async () => {
    const noted: unknown[] = [];
    cluster = await startCluster({
      instances: 3,
      onCall: (name, args) => {
        if (name === 'progress.noteNode') noted.push(args);
      },
    });
    for (let round = 0; round < 5; round += 1) {
      expectSound(await readAll(round), round);
      cluster.pass(11_000);
    }
    expect(noted).toEqual([]);
    cluster.nodes[0]?.fault('throttled', { retryAfterSeconds: 30 });
    await cluster.instances[0]?.get(accountPath(0), fromChain);
    await settled();
    expect(noted).toHaveLength(1);
  });
});

describe('While the table cannot be reached', () => {
  test('each instance carries on alone: breakers open, probe and close as if nobody else were there', async () => {
    let down = false;
    cluster = await startCluster({
      instances: 2,
      onCall: () => {
        if (down) throw Object.assign(new Error('no table'), { name: 'StoreUnavailable' });
      },
    });
    expectSound(await readAll());
    down = true;
    cluster.nodes[0]?.fault('down');
    for (let read = 0; read < 8; read += 1) {
      expectSound(await readAll(read), read);
      cluster.pass(5_100);
    }
    expect(cluster.counted('BreakerOpened')).toBe(2);
    cluster.nodes[0]?.fault(undefined);
    cluster.pass(60_000);
    cluster.resetCalls();
    expectSound(await readAll());
    await eventually(async () => {
      const got = await cluster.instances[0]?.get('/v1/health');
      return got?.body.components.chain.upstreams[0].breaker === 'closed';
    });
    expectSound(await readAll());
    expect(cluster.calls(0)).toBeGreaterThan(2);
  });
});
