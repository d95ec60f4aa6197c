import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Handler } from '../../../infra/local/aws/functions.ts';
import { accounts } from './cluster.ts';
import { inVirtualTime, passed } from './scripted-node.ts';
import type { Condition } from './scripts/condition.ts';
import { loadHandlers } from './scripts/world.ts';
import { virtualCluster } from './virtual-cluster.ts';

const deadlineMs = 3_000;
const noCache = 'no-cache';
const instances = 4;
const kept = [0, 1, 2, 3];

let functions: ReadonlyMap<string, Handler>;
beforeAll(async () => {
  functions = await loadHandlers();
});

describe('While all nodes are down', () => {
  test.each<[string, Condition]>([
    ['refuse connections', { down: 'refused' }],
    ['do not answer', { down: 'silent' }],
    ['answer 500', { down: 'server-error' }],
  ])(
    'and %s, each of 100 reads answers within the deadline, and of all reads of a second at most one an instance tries a node',
    (_what, down) =>
      inVirtualTime(async () => {
        const cluster = virtualCluster(functions, { instances });
        for (const account of kept) expect((await cluster.read(0, account)).status).toBe(200);
        cluster.strike(down);

        async function readHundred(): Promise<void> {
          const numbers = Array.from({ length: 100 }, (_, number) => number);
          const answers = await Promise.all(numbers.map((number) => cluster.read(number % instances, number, noCache)));
          for (const [number, { status, body, tookMs }] of answers.entries()) {
            const isKept = number % accounts.length < kept.length;
            expect({ number, inTime: tookMs <= deadlineMs, status }).toEqual({
              number,
              inTime: true,
              status: isKept ? 200 : 503,
            });
            if (isKept) expect(body.meta).toMatchObject({ source: 'database', stale: true });
            else expect(body).toMatchObject({ code: 'chain_unavailable', retryable: true });
          }
        }
        const opened = () => Object.values(cluster.store.tables.progress.nodes).filter(({ open }) => open).length;
        for (let round = 0; round < 10 && opened() < cluster.nodes.length; round += 1) {
          await readHundred();
          await passed(1_100);
        }
        expect(opened()).toBe(cluster.nodes.length);

        // All breakers are open, and all instances know it: one read of a second tries one node, or one an instance where several begin before
        // one of them has noted its try.
        const tried: number[] = [];
        for (let round = 0; round < 5; round += 1) {
          await passed(1_100);
          const before = cluster.calls();
          await readHundred();
          tried.push(cluster.calls() - before);
        }
        expect(Math.max(...tried)).toBeLessThanOrEqual(instances);
        expect(Math.max(...tried)).toBeGreaterThanOrEqual(1);

        // One of them recovers: some seconds later the answers come from it.
        cluster.strike(undefined, 1);
        const sources: string[] = [];
        for (let second = 0; second < 4; second += 1) {
          await passed(1_100);
          for (const account of kept) sources.push((await cluster.read(account, account, noCache)).body.meta?.source);
        }
        expect(sources.slice(-4)).toEqual(['chain', 'chain', 'chain', 'chain']);
      }, 300),
  );
});

describe('While no node can be used', () => {
  test.each<[string, Condition]>([
    ['lags', { says: { untruth: 'lagging', blocksBehind: 20 } }],
    ['is catching up', { says: { untruth: 'catching-up', blocksBehind: 20 } }],
    ['serves another network', { says: { untruth: 'wrong-network' } }],
    ['has lost its state', { says: { untruth: 'nothing-found' } }],
    ['limits its calls', { says: { untruth: 'throttled-by-node' } }],
    ['answers with 503', { down: 'unavailable' }],
    ['answers with what is not JSON-RPC', { down: 'garbage' }],
    ['breaks off its answers', { down: 'truncated' }],
    ['does not answer', { down: 'silent' }],
    ['answers after the deadline', { latency: { least: 5_000, most: 6_000 } }],
  ])('since each one %s, a stored value is labelled, and both answers come within the deadline', (_what, condition) =>
    inVirtualTime(async () => {
      const cluster = virtualCluster(functions, { instances: 1 });
      expect((await cluster.read(0, 0)).status).toBe(200);
      cluster.strike(condition);
      for (let round = 0; round < 5; round += 1) {
        const stored = await cluster.read(0, 0, noCache);
        expect([stored.status, stored.tookMs <= deadlineMs]).toEqual([200, true]);
        expect(stored.body.meta).toMatchObject({ source: 'database', stale: true });
        const unknown = await cluster.read(0, 1, noCache);
        expect([unknown.status, unknown.body.code, unknown.tookMs <= deadlineMs]).toEqual([
          503,
          'chain_unavailable',
          true,
        ]);
        await passed(1_000);
      }
    }, 200),
  );
});
