import { describe, expect, test } from '@jest/globals';
import type { Purpose } from '../../../lib/domain/ports/chain.ts';
import { poolOf } from './fake-node.ts';
import { endpoint, inVirtualTime, passed, scriptedNode, value } from './scripted-node.ts';

const perSecond = 50;
const stepMs = 20;

/** A node with a rate of calls, asked for several purposes at once. */
function limited() {
  const node = scriptedNode(value('one'));
  const pool = poolOf([], { endpoints: [endpoint(node, 'n1', { callsPerSecond: perSecond })], attemptMs: 800 });
  const sent: Record<Purpose, number> = { sync: 0, reader: 0, reconciliation: 0 };
  const ask = (purpose: Purpose) =>
    pool.upstreams
      .counted(() => pool.call(), purpose)
      .then(({ value: outcome }) => {
        if (outcome === 'one') sent[purpose] += 1;
        return outcome;
      });
  /** Far more calls than the rate allows. */
  async function flood(purpose: Purpose, seconds: number): Promise<void> {
    for (let ms = 0; ms < seconds * 1_000; ms += stepMs) {
      for (let call = 0; call < 3; call += 1) void ask(purpose);
      await passed(stepMs);
    }
  }
  return { pool, sent, ask, flood };
}

describe('rule LIMIT-3: the rate of calls of a node', () => {
  test('sync has its share of it at once, however much readers ask', () =>
    inVirtualTime(async () => {
      const { ask, flood, sent } = limited();
      const flooded = flood('reader', 10);
      await passed(2_000);
      const waits: number[] = [];
      for (let call = 0; call < 50; call += 1) {
        const began = Date.now();
        expect(await ask('sync')).toBe('one');
        waits.push(Date.now() - began);
        await passed(100);
      }
      await flooded;
      expect(Math.max(...waits)).toBeLessThanOrEqual(3 * stepMs);
      expect(sent.reader).toBeGreaterThan(10 * perSecond * 0.6);
      expect(sent.reader).toBeLessThanOrEqual(10 * perSecond * 0.8 + perSecond);
    }));

  test('reconciliation comes last', () =>
    inVirtualTime(async () => {
      const { flood, sent } = limited();
      await Promise.all([flood('reconciliation', 10), flood('reader', 10)]);
      expect(sent.reconciliation).toBeLessThanOrEqual(10 * perSecond * 0.4 + perSecond);
      expect(sent.reader + sent.reconciliation).toBeLessThanOrEqual(10 * perSecond * 0.8 + perSecond);
    }));

  test('readers wait no longer while reconciliation takes all that it may, and it comes to an end however much they ask', () =>
    inVirtualTime(async () => {
      /** Of readers who ask for less than their part: the milliseconds of each call. */
      async function readersWait(isFlooded: boolean): Promise<number[]> {
        const { ask, flood, sent } = limited();
        const flooded = isFlooded ? flood('reconciliation', 10) : undefined;
        const waits: number[] = [];
        for (let round = 0; round < 50; round += 1) {
          // 20 a second of the 40 that they may.
          await Promise.all(
            Array.from({ length: 4 }, async () => {
              const began = Date.now();
              expect(await ask('reader')).toBe('one');
              waits.push(Date.now() - began);
            }),
          );
          await passed(200);
        }
        await flooded;
        if (isFlooded) expect(sent.reconciliation).toBeGreaterThan(10 * perSecond * 0.1);
        return waits;
      }
      expect(Math.max(...(await readersWait(true)))).toBeLessThanOrEqual(Math.max(...(await readersWait(false))));

      const { flood, sent } = limited();
      await Promise.all([flood('reconciliation', 10), flood('reader', 10)]);
      expect(sent.reconciliation).toBeGreaterThan(10 * perSecond * 0.04);
      expect(sent.reconciliation).toBeLessThan(10 * perSecond * 0.1);
    }));

  test('work that is part of other work keeps the purpose of the whole, and both count its calls', () =>
    inVirtualTime(async () => {
      const { pool } = limited();
      const { value: inner, calls } = await pool.upstreams.counted(async () => {
        await pool.call();
        return pool.upstreams.counted(() => pool.call(), 'reader');
      }, 'sync');
      expect([inner.calls, calls]).toEqual([1, 2]);
    }));

  test('a caller who finds it used up at every node learns that this process is overloaded', () =>
    inVirtualTime(async () => {
      const endpoints = ['n1', 'n2'].map((name) => endpoint(scriptedNode(value(name)), name, { callsPerSecond: 1 }));
      const pool = poolOf([], { endpoints, attemptMs: 300 });
      const call = () => pool.upstreams.call('a_method', {}, String, { signal: new AbortController().signal });
      for (let taken = 0; taken < 2; taken += 1) await call();
      await expect(call()).rejects.toMatchObject({ code: 'overloaded', retryable: true, retryAfter: 2 });
    }));
});
