import { describe, expect, test } from '@jest/globals';
import { createRpcClient } from '../../../lib/chain/rpc/rpc-client.ts';
import { poolOf } from './fake-node.ts';
import { delayed, endpoint, inVirtualTime, oddError, passed, scriptedNode, silent, value } from './scripted-node.ts';

const two = () => [scriptedNode(value('one')), scriptedNode(value('two'))] as const;

describe('A node with a rate of calls of its own', () => {
  test('is not waited for while another one is free', () =>
    inVirtualTime(async () => {
      const [n1, n2] = two();
      const pool = poolOf([], { endpoints: [endpoint(n1, 'n1', { callsPerSecond: 1 }), endpoint(n2, 'n2')] });
      const answers = await Promise.all(Array.from({ length: 6 }, () => pool.call()));
      expect(answers).toEqual(['one', 'two', 'two', 'two', 'two', 'two']);
    }));

  test('is asked no faster, when it is the only one', () =>
    inVirtualTime(async () => {
      const [n1] = two();
      const pool = poolOf([], { endpoints: [endpoint(n1, 'n1', { callsPerSecond: 10 })] });
      const answers = await Promise.all(Array.from({ length: 10 }, () => pool.call()));
      expect(answers).toEqual(Array(10).fill('one'));
      // A quarter of a second's worth at once, the others at 100 ms each.
      expect(n1.askedAt).toEqual([0, 0, 50, 150, 250, 350, 450, 550, 650, 750]);
    }));

  test('serves that rate however much more is asked of it', () =>
    inVirtualTime(async () => {
      const [n1] = two();
      const pool = poolOf([], { endpoints: [endpoint(n1, 'n1', { callsPerSecond: 20 })], attemptMs: 300 });
      const began = Date.now();
      for (let round = 0; round < 20; round += 1) {
        for (let call = 0; call < 3; call += 1) void pool.call();
        await passed(50);
      }
      expect(Date.now() - began).toBe(1_000);
      // A second's worth, and the five that may be sent at once, of three times as many calls.
      expect(n1.askedAt.length).toBeGreaterThanOrEqual(20);
      expect(n1.askedAt.length).toBeLessThanOrEqual(25);
      await passed(500);
      expect(await pool.call()).toBe('one');
    }));

  test('loses no permit to a caller that does not use it', () =>
    inVirtualTime(async () => {
      const [n1] = two();
      const pool = poolOf([], { endpoints: [endpoint(n1, 'n1', { callsPerSecond: 2 })], attemptMs: 300 });
      expect(await pool.call()).toBe('one');
      // The next permit comes after 500 ms, later than these may wait for it.
      for (let call = 0; call < 5; call += 1) expect(await pool.call()).toBe('NoPermit');
      await passed(500);
      expect(await pool.call()).toBe('one');
    }));
});

describe('A request that was not sent', () => {
  test('goes to the next node after one attempt, where the secret for the header does not come', () =>
    inVirtualTime(async () => {
      const [, n2] = two();
      const never = { value: () => new Promise<string>(() => undefined), refused: () => undefined };
      const client = createRpcClient({ url: 'http://127.0.0.1:9/rpc', header: { name: 'x', secret: never } });
      const endpoints = [endpoint(n2, 'n1', { client }), endpoint(n2, 'n2')];
      const pool = poolOf([], { endpoints, attemptMs: 400 });
      expect([await pool.call(), await pool.call()]).toEqual(['two', 'two']);
      expect(n2.askedAt[0]).toBe(400);
    }));
});

test('a node that fails at state, whatever status it reports, is asked last', () =>
  inVirtualTime(async () => {
    const [n1, n2] = two();
    n1.behave = oddError;
    const pool = poolOf([], { endpoints: [endpoint(n1, 'n1'), endpoint(n2, 'n2')] });
    for (let call = 0; call < 10; call += 1) expect(await pool.call()).toBe('two');
    expect(n1.askedAt).toHaveLength(3);
  }));

test('a node that is much slower than another one is asked after it', () =>
  inVirtualTime(async () => {
    const [n1, n2] = two();
    n1.behave = delayed(400, value('one'));
    const pool = poolOf([], { endpoints: [endpoint(n1, 'n1'), endpoint(n2, 'n2')] });
    const second = pool.upstreams.trusted()[1];
    // Latencies count once there are three of each.
    for (let call = 0; call < 3; call += 1) expect(await pool.call()).toBe('one');
    for (let call = 0; call < 3; call += 1) expect(await pool.call({ prefer: second })).toBe('two');
    expect(await pool.call()).toBe('two');
    n1.behave = silent;
    expect(await pool.call()).toBe('two');
    expect(n1.askedAt).toHaveLength(3);
  }));
