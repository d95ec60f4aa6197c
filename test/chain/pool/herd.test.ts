import { beforeAll, expect, test } from '@jest/globals';
import type { Handler } from '../../../infra/local/aws/functions.ts';
import { refKey } from '../../../lib/domain/entity.ts';
import { readingLease } from '../../../lib/usecases/reading/single-flight.ts';
import { accounts, truth } from './cluster.ts';
import { inVirtualTime, passed } from './scripted-node.ts';
import { loadHandlers } from './scripts/world.ts';
import { type TimedOutcome, type VirtualCluster, virtualCluster } from './virtual-cluster.ts';

const height = 60;
const ref = { kind: 'account', id: accounts[0] ?? '' };
const deadlineMs = 3_000;
/** A lease lasts for half of the deadline. */
const leaseMs = deadlineMs / 2;

let functions: ReadonlyMap<string, Handler>;
beforeAll(async () => {
  functions = await loadHandlers();
});

/** How often the chain was read for the account: each reading asks for its balance once. */
const chainReads = (cluster: VirtualCluster): number => cluster.calls('query_balance_details');

/** One read of the account at each instance, at the same moment. */
const readEverywhere = (cluster: VirtualCluster, readers = cluster.instances.length): Promise<TimedOutcome[]> =>
  Promise.all(Array.from({ length: readers }, (_, reader) => cluster.read(reader % cluster.instances.length, 0)));

function expectTrueAndInTime(answers: readonly TimedOutcome[], at = height): void {
  for (const { status, body, tookMs } of answers) {
    expect({ status, data: body.data, inTime: tookMs <= deadlineMs }).toEqual({
      status: 200,
      data: truth.account(ref.id, at),
      inTime: true,
    });
  }
}

test('200 readers of one cold key on 10 instances cost at most two chain reads', () =>
  inVirtualTime(async () => {
    const cluster = virtualCluster(functions, { nodes: ['north'], instances: 10 });
    cluster.strike({ latency: { least: 200, most: 300 } });
    const answers = await readEverywhere(cluster, 200);
    expectTrueAndInTime(answers);
    expect(chainReads(cluster)).toBeGreaterThanOrEqual(1);
    expect(chainReads(cluster)).toBeLessThanOrEqual(2);
    const sources = answers.map(({ headers }) => headers['cache-status']);
    // The readers on the instance that read have the chain's answer, the others what it put into the cache.
    expect(sources.filter((source) => source === 'astake-lookup; fwd=miss')).toHaveLength(20 * chainReads(cluster));
    expect(sources.filter((source) => source === 'astake-lookup; fwd=miss; collapsed').length).toBeGreaterThan(100);
  }));

test('when the process that reads has died, the others answer within the deadline', () =>
  inVirtualTime(async () => {
    const cluster = virtualCluster(functions, { nodes: ['north'], instances: 4 });
    const { progress } = cluster.store;
    const now = Date.now();
    const lease = readingLease(refKey(ref));
    expect(await progress.takeLease(lease, 'a process that has died', now, now + leaseMs)).toBe(true);
    const answers = await readEverywhere(cluster);
    expectTrueAndInTime(answers);
    expect(Math.min(...answers.map(({ tookMs }) => tookMs))).toBeGreaterThanOrEqual(leaseMs - 100);
    expect(chainReads(cluster)).toBe(1);
  }));

test('when the process that reads fails, the others do not wait for the end of its lease', () =>
  inVirtualTime(async () => {
    const cluster = virtualCluster(functions, { nodes: ['north'], instances: 4 });
    cluster.strike({ down: 'refused' });
    const answers = await readEverywhere(cluster);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
    expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(leaseMs);
  }));

test('what a process saves after it stalled beyond its lease is refused', () =>
  inVirtualTime(async () => {
    const stalled = Promise.withResolvers<void>();
    const resume = Promise.withResolvers<void>();
    let saves = 0;
    const cluster = virtualCluster(functions, {
      nodes: ['north'],
      instances: 2,
      // The process that stalls shall still answer when it goes on.
      env: { ASTAKE_DEADLINE_MS: '60000' },
      async onCall(name) {
        if (name !== 'records.save') return;
        saves += 1;
        if (saves > 1) return;
        stalled.resolve();
        await resume.promise;
      },
    });
    const late = cluster.read(0, 0);
    await stalled.promise;
    for (const node of cluster.nodes) node.setHeight(height + 5);
    // The lease of the process that stalls ends after 30 s; this one waits for it.
    const sooner = cluster.read(1, 0);
    const { body } = await sooner;
    expect(body).toMatchObject({ meta: { source: 'chain', block: { height: height + 5 } } });
    resume.resolve();
    expect((await late).status).toBe(200);
    expect(await cluster.store.records.get(ref)).toMatchObject({ sequence: 1, block: { height: height + 5 } });
    expect((await cluster.store.cache.get(ref))?.block.height).toBe(height + 5);
    expect(await cluster.store.audit.history(ref, { limit: 10 })).toHaveLength(1);
    expect(saves).toBe(2);
  }));

test('while every node hangs, all readers of a stored key get it from the database within the deadline', () =>
  inVirtualTime(async () => {
    const cluster = virtualCluster(functions, { instances: 10 });
    expectTrueAndInTime([await cluster.read(0, 0)]);
    await passed(200_000);
    cluster.strike({ down: 'silent' });
    const answers = await readEverywhere(cluster);
    expectTrueAndInTime(answers);
    for (const { body } of answers) expect(body.meta).toMatchObject({ source: 'database', stale: true });
  }, 300));

test.each([['takeLease'], ['leasedUntil'], ['endLease']])('a store whose %s hangs costs no answer', (call) =>
  inVirtualTime(async () => {
    let hangs = false;
    const cluster = virtualCluster(functions, {
      nodes: ['north'],
      instances: 2,
      onCall: (name) => (hangs && name === `progress.${call}` ? new Promise<void>(() => undefined) : undefined),
    });
    expect((await cluster.read(0, 1)).status).toBe(200);
    hangs = true;
    expectTrueAndInTime(await readEverywhere(cluster));
  }),
);
