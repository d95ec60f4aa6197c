import { describe, expect, test } from '@jest/globals';
import { createSharedNodeState } from '../../../lib/chain/pool/shared-node-state.ts';
import type { Upstream } from '../../../lib/chain/pool/upstream.ts';
import { createUpstreams, type Upstreams } from '../../../lib/chain/pool/upstreams.ts';
import { abortIn } from '../../../lib/domain/deadline.ts';
import type { NodeMemory } from '../../../lib/domain/progress.ts';
import { clockOf } from '../../support/clock.ts';
import { createMemoryStore } from '../../support/memory-store.ts';
import { endpoint, httpStatus, inVirtualTime, passed, type ScriptedNode, scriptedNode } from './scripted-node.ts';

/** Several processes before the same nodes, with one table. */
function processes(count: number, ...nodes: readonly ScriptedNode[]) {
  const { progress, tables } = createMemoryStore();
  const quiet = () => undefined;
  let ahead = 0;
  const all = Array.from({ length: count }, () =>
    createUpstreams(
      {
        endpoints: nodes.map((node, index) => endpoint(node, `n${index + 1}`)),
        attemptMs: 15_000,
        hedgeMs: 0,
        network: 'casper',
        maxLagBlocks: 5,
        maxTipAgeSeconds: 0,
      },
      {
        store: progress,
        clock: clockOf(() => Date.now() + ahead),
        log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
        metrics: { count: quiet, gauge: quiet, measure: quiet, upstream: quiet },
      },
    ),
  );
  const stored = (): NodeMemory | undefined => tables.progress.nodes.n1;
  return {
    all: all as [Upstreams, ...Upstreams[]],
    stored,
    tipOf: (upstreams: Upstreams) =>
      upstreams.tip({ nodes: tables.progress.nodes, signal: abortIn(14_000) }).then(
        ({ block }) => block.height,
        (error: Error) => error.name,
      ),
    /** Moves the clock of all processes, and no timer: what is on its way stays on its way. */
    pass: (milliseconds: number) => {
      ahead += milliseconds;
    },
  };
}

const status = () => ({
  result: {
    chainspec_name: 'casper',
    reactor_state: 'KeepUp',
    last_added_block_info: {
      height: 60,
      hash: '0'.repeat(64),
      timestamp: '2026-11-23T00:39:00.000Z',
      era_id: 7,
    },
  },
});

describe('A node whose breaker is open', () => {
  const openBreaker = async (cluster: ReturnType<typeof processes>): Promise<void> => {
    const [first] = cluster.all;
    for (let call = 0; call < 10 && !cluster.stored()?.open; call += 1) {
      await cluster.tipOf(first);
      await first.flushed();
      // With another node to ask, this one is only asked when it is due for a probe.
      if (!cluster.stored()?.open) await passed(10_000);
    }

    await first.flushed();
    expect(cluster.stored()).toMatchObject({ open: true, failedProbes: 0 });
  };

  test('stays open for a prober that stalled until another one was elected', () =>
    inVirtualTime(async () => {
      const node = scriptedNode(httpStatus(500));
      const cluster = processes(2, node);
      await openBreaker(cluster);
      const [first, second] = cluster.all as [Upstreams, Upstreams];

      const release = Promise.withResolvers<void>();
      node.behave = async () => {
        await release.promise;
        return status();
      };
      cluster.pass(60_000);
      const late = cluster.tipOf(first);
      while (!cluster.stored()?.failedProbes) await passed(1);
      const elected = cluster.stored();

      // The second process is elected in the next window, and its probe fails.
      node.behave = httpStatus(500);
      cluster.pass(60_000);
      expect(await cluster.tipOf(second)).toBe('ChainUnavailable');
      await second.flushed();
      const later = cluster.stored();
      expect(later).toMatchObject({ open: true, token: (elected?.token ?? 0) + 1 });

      // The late answer is right, and changes nothing any more.
      release.resolve();
      expect(await late).toBe('ChainUnavailable');
      await passed(10);
      await first.flushed();
      expect(cluster.stored()).toEqual(later);
    }));

  test('is closed by the prober that was elected last', () =>
    inVirtualTime(async () => {
      const node = scriptedNode(httpStatus(500));
      const cluster = processes(2, node);
      await openBreaker(cluster);
      node.behave = status;
      cluster.pass(60_000);
      const [first, second] = cluster.all as [Upstreams, Upstreams];
      void cluster.tipOf(second);
      while (cluster.stored()?.open) await passed(1);
      expect(cluster.stored()).toMatchObject({ open: false, reason: null });
      expect([await cluster.tipOf(first), await cluster.tipOf(second)]).toEqual([60, 60]);
    }));

  test.each([
    ['the windows become longer up to a minute', 2, [10, 20, 40, 60, 60]],
    ['they stay short while only one other node is left', 1, Array(48).fill(5)],
  ])('is probed by one process per window, and %s', (_what, others, expected) =>
    inVirtualTime(async () => {
      const node = scriptedNode(httpStatus(500));
      const cluster = processes(20, node, ...Array.from({ length: others }, () => scriptedNode(status)));
      await openBreaker(cluster);
      const probedAt: number[] = [];
      for (let second = 1; second <= 240; second += 1) {
        await passed(1_000);
        const before = node.askedAt.length;
        const tips = await Promise.all(cluster.all.map(cluster.tipOf));
        expect(tips).toEqual(Array(20).fill(60));
        await Promise.all(cluster.all.map((upstreams) => upstreams.flushed()));
        const probes = node.askedAt.length - before;
        expect(probes).toBeLessThanOrEqual(1);
        if (probes === 1) probedAt.push(second);
      }
      expect(cluster.stored()).toMatchObject({ open: true });
      const windows = probedAt.map((second, index) => second - (probedAt[index - 1] ?? 0));
      expect(windows).toEqual(expected);
    }, 300),
  );
});

test('A prober that another one has replaced closes no breaker, also when it has learned the newer state', async () => {
  const { progress, tables } = createMemoryStore();
  const quiet = () => undefined;
  let now = 1_000_000;
  const process = () => {
    const upstream = { name: 'n1', isOpen: true, openBreaker: quiet, closeBreaker: quiet, pauseUntil: quiet };
    const state = createSharedNodeState({
      store: progress,
      clock: clockOf(() => now),
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      onClosed: quiet,
    });
    const node = upstream as unknown as Upstream;
    return { state, node, learn: () => state.learn(tables.progress.nodes, [node]) };
  };
  const [late, elected] = [process(), process()];
  late.state.publishOpening(late.node, 'HTTP 500');
  await late.state.flushed();
  now += 60_000;
  expect(await late.state.elect(late.node)).toBe(true);
  now += 60_000;
  elected.learn();
  expect(await elected.state.elect(elected.node)).toBe(true);

  late.learn();
  await late.state.publishRecovery(late.node);
  expect(tables.progress.nodes.n1).toMatchObject({ open: true });
  await elected.state.publishRecovery(elected.node);
  expect(tables.progress.nodes.n1).toMatchObject({ open: false });
});

describe('A process whose clock is an hour ahead', () => {
  const hour = 3_600_000;
  const quiet = () => undefined;

  function processWith(ahead: number, { progress, tables }: ReturnType<typeof createMemoryStore>) {
    const clock = { now: 1_000_000_000 };
    const pauses: number[] = [];
    const node = {
      name: 'n1',
      isOpen: true,
      openBreaker: quiet,
      closeBreaker: quiet,
      pauseUntil: (until: number) => void pauses.push(until - clock.now),
    } as unknown as Upstream;
    const state = createSharedNodeState({
      store: progress,
      clock: clockOf(() => clock.now + ahead),
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      onClosed: quiet,
    });
    return { state, node, clock, pauses, learn: () => state.learn(tables.progress.nodes, [node]) };
  }

  test('keeps no other one from probing a node whose breaker it has opened', async () => {
    const store = createMemoryStore();
    const [ahead, right] = [processWith(hour, store), processWith(0, store)];
    ahead.state.publishOpening(ahead.node, 'HTTP 500');
    await ahead.state.flushed();
    right.learn();
    expect(right.state.nextProbe(right.node)).toBe(0);
    expect(await right.state.elect(right.node)).toBe(true);
    // From then on the window is one of its own.
    expect(await right.state.elect(right.node)).toBe(false);
    right.clock.now += 60_000;
    expect(await right.state.elect(right.node)).toBe(true);
  });

  test('lets the others pause for no longer than the node has asked for', async () => {
    const store = createMemoryStore();
    const [ahead, right] = [processWith(hour, store), processWith(0, store)];
    ahead.state.publishPause(ahead.node, ahead.clock.now + hour + 10_000);
    await ahead.state.flushed();
    right.learn();
    expect(right.pauses).toEqual([10_000]);
  });
});

describe('A pause', () => {
  test.each([
    [1, false],
    [2, true],
  ])('of %d s is published: %s', (seconds, isPublished) =>
    inVirtualTime(async () => {
      const cluster = processes(1, scriptedNode(httpStatus(429, seconds)));
      const [first] = cluster.all;
      await first.call('a_method', {}, () => 1, { signal: abortIn(10) }).catch(() => undefined);
      await first.flushed();
      expect(cluster.stored()?.pausedUntil !== undefined).toBe(isPublished);
    }),
  );
});
