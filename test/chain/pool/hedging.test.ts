import { describe, expect, test } from '@jest/globals';
import type { Upstream } from '../../../lib/chain/pool/upstream.ts';
import type { UpstreamSettings } from '../../../lib/chain/pool/upstreams.ts';
import { abortIn } from '../../../lib/domain/deadline.ts';
import { poolOf, someTransaction } from './fake-node.ts';
import {
  absent,
  type Behaviour,
  delayed,
  endpoint,
  httpStatus,
  inVirtualTime,
  passed,
  type ScriptedNode,
  scriptedNode,
  silent,
  value,
} from './scripted-node.ts';

const hedgeMs = 100;

function hedged(first: Behaviour, second: Behaviour, settings: Partial<UpstreamSettings> = {}) {
  const nodes = [scriptedNode(first), scriptedNode(second)] as const;
  const endpoints = nodes.map((node, index) => endpoint(node, `n${index + 1}`));
  return { nodes, pool: poolOf([], { endpoints, hedgeMs, ...settings }) };
}

const askedAt = (nodes: readonly ScriptedNode[]) => nodes.map((node) => node.askedAt);

describe('A hedge', () => {
  test('is sent when the first node is silent for too long; the first request is aborted, and blamed for nothing', () =>
    inVirtualTime(async () => {
      const { nodes, pool } = hedged(delayed(1_400, value('one')), value('two'));
      expect(await pool.call()).toBe('two');
      expect(askedAt(nodes)).toEqual([[0], [hedgeMs]]);
      await passed(0);
      expect([nodes[0].abandoned, pool.counted('ChainHedge'), pool.counted('UpstreamFailures')]).toEqual([1, 1, 0]);
      // The next call goes to the other node at once.
      expect(await pool.call()).toBe('two');
      expect(nodes[0].askedAt).toHaveLength(1);
    }));

  test('is not sent when the first node answers in time', () =>
    inVirtualTime(async () => {
      const { nodes, pool } = hedged(delayed(hedgeMs - 1, value('one')), value('two'));
      for (let call = 0; call < 20; call += 1) expect(await pool.call()).toBe('one');
      expect([nodes[0].askedAt.length, nodes[1].askedAt.length]).toEqual([20, 0]);
    }));

  test('is sent after a percentile of the node’s own latencies, once these are known', () =>
    inVirtualTime(async () => {
      const { nodes, pool } = hedged(delayed(60, value('one')), value('two'));
      for (let call = 0; call < 20; call += 1) expect(await pool.call()).toBe('one');
      nodes[0].behave = silent;
      expect(await pool.call()).toBe('two');
      expect((nodes[1].askedAt[0] ?? 0) - (nodes[0].askedAt.at(-1) ?? 0)).toBe(60);
    }));

  test('is sent after 50 ms at the earliest, and after half of an attempt at the latest', () =>
    inVirtualTime(async () => {
      const fast = hedged(delayed(5, value('one')), value('two'));
      for (let call = 0; call < 20; call += 1) expect(await fast.pool.call()).toBe('one');
      fast.nodes[0].behave = silent;
      expect(await fast.pool.call()).toBe('two');
      expect((fast.nodes[1].askedAt[0] ?? 0) - (fast.nodes[0].askedAt.at(-1) ?? 0)).toBe(50);

      const late = hedged(silent, value('two'), { hedgeMs: 1_000, attemptMs: 1_500 });
      expect(await late.pool.call()).toBe('two');
      expect(askedAt(late.nodes)).toEqual([[0], [750]]);
    }));

  test('is not sent to a node that would not be faster: one that is suspect', () =>
    inVirtualTime(async () => {
      const { nodes, pool } = hedged(value('one'), httpStatus(500), { attemptMs: 1_500 });
      const second = pool.upstreams.trusted()[1] as Upstream;
      expect(await pool.call({ only: second })).toBe('ChainUnavailable');
      const before = nodes[1].askedAt.length;
      nodes[0].behave = delayed(1_000, value('one'));
      expect(await pool.call()).toBe('one');
      expect([nodes[1].askedAt.length - before, pool.counted('ChainHedge')]).toEqual([0, 0]);
    }));

  test('that answers "absent" does not win over the value of the first node', () =>
    inVirtualTime(async () => {
      const { nodes, pool } = hedged(delayed(500, value('one')), absent);
      expect(await pool.call()).toBe('one');
      expect(askedAt(nodes)).toEqual([[0], [hedgeMs]]);
    }));

  test('that answers "absent" counts when the first node fails', () =>
    inVirtualTime(async () => {
      const { nodes, pool } = hedged(delayed(500, httpStatus(500)), absent);
      expect(await pool.call()).toBe('absent');
      expect(askedAt(nodes)).toEqual([[0], [hedgeMs]]);
    }));

  test('is not needed when the first node itself answers "absent"', () =>
    inVirtualTime(async () => {
      const { nodes, pool } = hedged(absent, value('two'));
      expect(await pool.call()).toBe('absent');
      expect(askedAt(nodes)).toEqual([[0], []]);
    }));

  test('is sent to a node of another operator first', () =>
    inVirtualTime(async () => {
      const nodes = [scriptedNode(silent), scriptedNode(value('two')), scriptedNode(value('three'))];
      const endpoints = nodes.map((node, index) =>
        endpoint(node, `n${index + 1}`, { operator: index < 2 ? 'a' : 'b' }),
      );
      expect(await poolOf([], { endpoints, hedgeMs }).call()).toBe('three');
      expect(askedAt(nodes)).toEqual([[0], [], [hedgeMs]]);
    }));

  test('is sent to a node of the same operator where the other operator’s node is suspect', () =>
    inVirtualTime(async () => {
      const nodes = [scriptedNode(silent), scriptedNode(value('two')), scriptedNode(httpStatus(500))];
      const endpoints = nodes.map((node, index) =>
        endpoint(node, `n${index + 1}`, { operator: index < 2 ? 'a' : 'b' }),
      );
      const pool = poolOf([], { endpoints, hedgeMs });
      const third = pool.upstreams.trusted()[2] as Upstream;
      expect(await pool.call({ only: third })).toBe('ChainUnavailable');
      const before = nodes[2]?.askedAt.length;
      expect(await pool.call()).toBe('two');
      expect(nodes[2]?.askedAt).toHaveLength(before ?? 0);
    }));
});

describe('A search for something that most nodes do not have', () => {
  test('asks one node at a time', () =>
    inVirtualTime(async () => {
      const { nodes, pool } = hedged(delayed(1_000, absent), value('two'));
      const found = await pool.upstreams.callUntilFound('a_method', {}, (result) => result, { signal: abortIn(5_000) });
      expect(found).toMatchObject({ value: { value: 'two' } });
      expect(askedAt(nodes)).toEqual([[0], [1_000]]);
    }));
});

describe('Without hedging', () => {
  test('a silent node is given up after one attempt', () =>
    inVirtualTime(async () => {
      const { nodes, pool } = hedged(silent, value('two'), { hedgeMs: 0, attemptMs: 1_500 });
      expect(await pool.call()).toBe('two');
      expect(askedAt(nodes)).toEqual([[0], [1_500]]);
    }));
});

describe('A write', () => {
  const submit = (first: Behaviour) =>
    inVirtualTime(async () => {
      const { nodes, pool } = hedged(first, value('two'), { attemptMs: 600 });
      const outcome = await pool.submit();
      return { outcome, calls: nodes.map((node) => node.askedAt.length) };
    });

  test('goes to one node, however slow that is (rule SUBMIT-3)', async () => {
    expect(await submit(delayed(400, value(someTransaction.hash)))).toEqual({ outcome: 'accepted', calls: [1, 0] });
  });

  test('to a node that is silent is unknown, and sent to no other one', async () => {
    expect(await submit(silent)).toEqual({ outcome: 'unknown', calls: [1, 0] });
  });
});
