import { afterEach, expect, test } from '@jest/globals';
import { accountPath, accounts, type Cluster, startCluster, truth } from './cluster.ts';

const height = 60;
const id = accounts[0] ?? '';
const key = `account#${id}`;

let cluster: Cluster;
afterEach(() => cluster.close());

/** How often the chain was read for the account: each reading asks for its balance once. */
const chainReads = (): number =>
  cluster.nodes.reduce((all, node) => all + (node.calls().byMethod.query_balance_details ?? 0), 0);

test('200 readers of one cold key on 10 instances cost at most two chain reads', async () => {
  cluster = await startCluster({ nodes: 1, instances: 10 });
  cluster.nodes[0]?.fault('slow', { delayMs: 500 });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, reader) => cluster.instances[reader % 10]?.get(accountPath(0))),
  );
  for (const got of answers) {
    expect({ status: got?.status, data: got?.body.data }).toEqual({ status: 200, data: truth.account(id, height) });
  }
  expect(chainReads()).toBeGreaterThanOrEqual(1);
  expect(chainReads()).toBeLessThanOrEqual(2);
  const sources = answers.map((got) => got?.headers.get('cache-status'));
  // Those of the instance that read have it from the chain, the others from what it put into the cache.
  expect(sources.filter((source) => source === 'astake-lookup; fwd=miss')).toHaveLength(20 * chainReads());
  expect(sources.filter((source) => source === 'astake-lookup; fwd=miss; collapsed').length).toBeGreaterThan(100);
});

test('when the one that reads has died, the others answer within the deadline', async () => {
  cluster = await startCluster({ nodes: 1, instances: 4, env: { ASTAKE_DEADLINE_MS: '3000' } });
  const now = Date.now();
  expect(await cluster.store.progress.takeLease(`read#${key}`, 'a process that has died', now, now + 1_500)).toBe(true);
  const answers = await Promise.all(cluster.instances.map((instance) => instance.get(accountPath(0))));
  for (const { status, body } of answers) {
    expect({ status, data: body.data }).toEqual({ status: 200, data: truth.account(id, height) });
  }
  expect(chainReads()).toBe(1);
});

test('when the one that reads fails, the others do not wait for the end of its lease', async () => {
  cluster = await startCluster({ nodes: 1, instances: 4 });
  cluster.nodes[0]?.fault('down');
  const began = performance.now();
  const answers = await Promise.all(cluster.instances.map((instance) => instance.get(accountPath(0))));
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
  // A lease is of half of the deadline of 8 s.
  expect(performance.now() - began).toBeLessThan(4_000);
});

test('what a process saves that has stalled beyond its lease is refused', async () => {
  const stalled = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let saves = 0;
  cluster = await startCluster({
    nodes: 1,
    instances: 2,
    env: { ASTAKE_DEADLINE_MS: '1000', ASTAKE_ATTEMPT_MS: '800' },
    async onCall(name) {
      if (name !== 'records.save') return;
      saves += 1;
      if (saves > 1) return;
      stalled.resolve();
      await goOn.promise;
    },
  });
  const late = cluster.instances[0]?.get(accountPath(0));
  await stalled.promise;
  cluster.pass(5_000);
  for (const node of cluster.nodes) node.setHeight(height + 5);
  const sooner = await cluster.instances[1]?.get(accountPath(0));
  expect(sooner?.body).toMatchObject({ meta: { source: 'chain', block: { height: height + 5 } } });
  goOn.resolve();
  expect((await late)?.status).toBe(200);
  const record = await cluster.store.records.get({ kind: 'account', id });
  expect(record).toMatchObject({ sequence: 1, block: { height: height + 5 } });
  const entry = await cluster.store.cache.get({ kind: 'account', id });
  expect(entry?.block.height).toBe(height + 5);
  expect(await cluster.store.audit.history({ kind: 'account', id }, { limit: 10 })).toHaveLength(1);
  expect(saves).toBe(2);
});

test('while every node hangs, all that ask for one stored key have it from the database within the deadline', async () => {
  cluster = await startCluster({ instances: 10, env: { ASTAKE_DEADLINE_MS: '3000', ASTAKE_ATTEMPT_MS: '800' } });
  expect((await cluster.instances[0]?.get(accountPath(0)))?.status).toBe(200);
  cluster.pass(200_000);
  for (const node of cluster.nodes) node.fault('slow', { delayMs: 60_000 });
  const began = performance.now();
  const answers = await Promise.all(
    cluster.instances.map(async (instance) => ({
      got: await instance.get(accountPath(0)),
      inTime: performance.now() - began < 3_700,
    })),
  );
  for (const { got, inTime } of answers) {
    expect({ inTime, status: got.status, source: got.body.meta?.source, stale: got.body.meta?.stale }).toEqual({
      inTime: true,
      status: 200,
      source: 'database',
      stale: true,
    });
  }
});

test.each([['takeLease'], ['leasedUntil'], ['endLease']])('a store whose %s hangs costs no answer', async (call) => {
  let hangs = false;
  cluster = await startCluster({
    nodes: 1,
    instances: 2,
    env: { ASTAKE_DEADLINE_MS: '2000', ASTAKE_ATTEMPT_MS: '800' },
    onCall: (name) => (hangs && name === `progress.${call}` ? new Promise<void>(() => undefined) : undefined),
  });
  expect((await cluster.instances[0]?.get(accountPath(1)))?.status).toBe(200);
  hangs = true;
  const answers = await Promise.all(cluster.instances.map((instance) => instance.get(accountPath(0))));
  for (const { status, body } of answers) {
    expect({ status, data: body.data }).toEqual({ status: 200, data: truth.account(id, height) });
  }
});
