import { describe, expect, test } from '@jest/globals';
import type { UpstreamSettings } from '../../../lib/chain/pool/upstreams.ts';
import { abortIn } from '../../../lib/domain/deadline.ts';
import { poolOf } from './fake-node.ts';
import {
  absent,
  type Behaviour,
  endpoint,
  garbage,
  httpStatus,
  inVirtualTime,
  oddError,
  refused,
  scriptedNode,
  silent,
  value,
} from './scripted-node.ts';
import { chance } from './scripts/chance.ts';

function one(behave: Behaviour, settings: Parameters<typeof poolOf>[1] = {}) {
  const node = scriptedNode(behave);
  return { node, pool: poolOf([], { endpoints: [endpoint(node, 'n1')], ...settings }) };
}

/** The node fails so often, then answers. */
const failing =
  (times: number, failure: Behaviour): Behaviour =>
  (call, request) =>
    (call <= times ? failure : value('one'))(call, request);

describe('Retries', () => {
  test.each([0.05, 0.2, 0.5, 0.9, 1].map((share) => [share] as const))(
    'stay within their budget when a node fails a share of %d',
    async (share) => {
      const calls = 200;
      const failures = [refused, garbage, silent, httpStatus(401), httpStatus(429), httpStatus(500), httpStatus(503)];
      for (const seed of [1, 7]) {
        await inVirtualTime(async () => {
          const draw = chance(seed, 'node');
          const { node, pool } = one(
            (...request) => (draw.happens(share) ? draw.pick(failures) : value('one'))(...request),
            {
              attemptMs: 1_500,
            },
          );
          for (let call = 0; call < calls; call += 20) await Promise.all(Array.from({ length: 20 }, () => pool.call()));
          const extra = node.askedAt.length - calls;
          expect({ seed, within: extra <= 10 + calls * 0.1 }).toEqual({ seed, within: true });
          expect(pool.counted('ChainRetry')).toBeLessThanOrEqual(10 + calls * 0.1);
          expect(pool.counted('ChainRetry')).toBeGreaterThan(0);
        }, 600);
      }
    },
  );

  test('are at most two, after a random part of 100 and of 200 ms', () =>
    inVirtualTime(async () => {
      const { node, pool } = one(httpStatus(500));
      expect(await pool.call()).toBe('ChainUnavailable');
      const [first = 0, second = 0, third = 0] = node.askedAt;
      expect(node.askedAt).toHaveLength(3);
      expect(second - first).toBeLessThan(100);
      expect(third - second).toBeLessThan(200);
    }));

  test('help when a single node fails for a moment', () =>
    inVirtualTime(async () => {
      const { node, pool } = one(failing(1, httpStatus(503)));
      expect(await pool.call()).toBe('one');
      expect(node.askedAt).toHaveLength(2);
    }));

  test('are not spent on an error that the node answered with', () =>
    inVirtualTime(async () => {
      const { node, pool } = one(oddError);
      expect(await pool.call()).toBe('ChainUnavailable');
      expect([node.askedAt.length, pool.counted('ChainRetry')]).toEqual([1, 0]);
    }));
});

describe('A pause that every node asks for', () => {
  const pauseMs = 1_000;
  const throttled = httpStatus(429, 1);

  test('is waited out once, within the budget', () =>
    inVirtualTime(async () => {
      const { node, pool } = one(failing(1, throttled));
      expect(await pool.call()).toBe('one');
      expect([node.askedAt.length, pool.counted('ChainRetry')]).toEqual([2, 1]);
      expect(node.askedAt[1]).toBeGreaterThanOrEqual(pauseMs);
      // Callers that wait are spread over 300 ms.
      expect(node.askedAt[1]).toBeLessThanOrEqual(pauseMs + 310);
    }));

  test('ends at a random moment for each caller, so that they do not all ask again at once', () =>
    inVirtualTime(async () => {
      for (const draw of [0, 0.5]) {
        const { node, pool } = one(failing(1, throttled), { chance: () => draw });
        expect(await pool.call()).toBe('one');
        const [first = 0, second = 0] = node.askedAt;
        expect(second - first).toBe(pauseMs + 10 + draw * 300);
      }
    }));

  test('ends the call when the node asks for a second one', () =>
    inVirtualTime(async () => {
      const { node, pool } = one(failing(2, throttled));
      expect(await pool.call()).toBe('ChainUnavailable');
      expect(node.askedAt).toHaveLength(2);
    }));

  test('is waited out as often as asked by a patient caller, outside of the budget', () =>
    inVirtualTime(async () => {
      const { node, pool } = one(failing(15, throttled));
      expect(await pool.call({ patience: 5 })).toBe('one');
      expect([node.askedAt.length, pool.counted('ChainRetry')]).toEqual([16, 0]);
    }));

  test('is waited out by a patient caller no longer than its signal allows', () =>
    inVirtualTime(async () => {
      const began = Date.now();
      const { node, pool } = one(throttled);
      // In the middle of the first pause.
      expect(await pool.call({ patience: 5, signal: abortIn(500) })).toBe('ChainUnavailable');
      expect(node.askedAt).toHaveLength(1);
      expect(Date.now() - began).toBe(500);
    }));

  test('is not waited out when it is longer than 1.5 s, by a patient caller either', () =>
    inVirtualTime(async () => {
      for (const patience of [1, 5]) {
        const { node, pool } = one(failing(1, httpStatus(429, 2)));
        expect(await pool.call({ patience })).toBe('ChainUnavailable');
        expect(node.askedAt).toHaveLength(1);
      }
    }));

  test('is not waited out when the budget is spent, except by a patient caller', () =>
    inVirtualTime(async () => {
      const { node, pool } = one(httpStatus(500));
      // A breaker that opens by these would end the test: each failure is followed by as many answers.
      node.behave = (call, request) => (call % 2 === 1 ? httpStatus(500) : absent)(call, request);
      for (let call = 0; call < 30 && pool.counted('ChainRetry') < 12; call += 1) await pool.call();
      const spent = pool.counted('ChainRetry');
      node.behave = throttled;
      expect(await pool.call()).toBe('ChainUnavailable');
      expect(pool.counted('ChainRetry')).toBe(spent);
    }));
});

describe('When no node can answer', () => {
  const failureOf = (nodes: readonly Behaviour[], settings: Partial<UpstreamSettings> = {}) => {
    const endpoints = nodes.map((behave, index) => endpoint(scriptedNode(behave), `n${index + 1}`));
    const pool = poolOf([], { endpoints, ...settings });
    return pool.upstreams.call('a_method', {}, () => 1, { signal: abortIn(20_000) }).catch((error: Error) => error);
  };

  test('the error names each node and its failure', () =>
    inVirtualTime(async () => {
      expect(await failureOf([oddError, refused])).toMatchObject({
        name: 'ChainUnavailable',
        message: 'no node can answer: n1 (error -32003 to a_method), n2 (ECONNREFUSED to a_method)',
      });
    }));

  test('a missing block is its cause, whatever else failed', () =>
    inVirtualTime(async () => {
      const noSuchBlock: Behaviour = () => ({ error: { code: -32001, message: 'No such block', data: null } });
      expect(await failureOf([noSuchBlock, oddError])).toMatchObject({
        cause: { name: 'RpcFailure', rpcCode: -32001 },
      });
    }));

  test('it says after how many seconds the first node may be asked again', () =>
    inVirtualTime(async () => {
      const error = await failureOf([httpStatus(429, 40), httpStatus(429, 30)]);
      expect(error).toMatchObject({ name: 'ChainUnavailable', retryAfter: 30 });
    }));

  test('it does not retry a node whose breaker has opened', () =>
    inVirtualTime(async () => {
      const { node, pool } = one(httpStatus(500));
      await pool.call();
      // Two more failures open the breaker: of this call's three attempts the third is not made.
      expect(await pool.call()).toBe('ChainUnavailable');
      expect(node.askedAt).toHaveLength(5);
      expect(pool.counted('ChainRetry')).toBe(3);
    }));

  test('it stops when the caller’s time is up', () =>
    inVirtualTime(async () => {
      const { node, pool } = one(silent);
      expect(await pool.call({ signal: abortIn(500) })).toBe('Abandoned');
      expect([node.askedAt, pool.counted('ChainRetry')]).toEqual([[0], 0]);
    }));
});

test('the budget of retries grows by a tenth of a request with each call', () =>
  inVirtualTime(async () => {
    const { node, pool } = one(value('one'));
    const succeed = async (calls: number): Promise<void> => {
      node.behave = value('one');
      for (let call = 0; call < calls; call += 1) expect(await pool.call()).toBe('one');
    };
    /** Whether a call whose first request fails is retried. */
    const isRetried = async (): Promise<boolean> => {
      let failures = 0;
      node.behave = (...request) => (failures++ === 0 ? httpStatus(500) : value('one'))(...request);
      return (await pool.call()) === 'one';
    };
    let spent = 0;
    while (spent < 100 && (await isRetried())) {
      spent += 1;
      // Enough successes to keep the breaker closed.
      await succeed(2);
    }
    expect(spent).toBeGreaterThanOrEqual(10);
    expect(spent).toBeLessThan(15);
    await succeed(40);
    for (let retry = 0; retry < 4; retry += 1) expect(await isRetried()).toBe(true);
  }));
