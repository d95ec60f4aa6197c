import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Local, startLocal } from '../support/local.ts';
import { absent, examples, others } from './examples.ts';

const deadlineMs = 3_000;

let local: Local;
const data = new Map<string, unknown>();

beforeAll(async () => {
  local = await startLocal({ env: { ASTAKE_DEADLINE_MS: String(deadlineMs), ASTAKE_ATTEMPT_MS: '1500' } });
  for (const { path } of examples) data.set(path, (await local.get(path)).body.data);
});
afterAll(() => local.close());

const pidOf = ({ stack }: Local): number => {
  if (stack.engine.pid === undefined) throw new Error('the engine is not ours to kill');
  return stack.engine.pid;
};

/** Reads everything from the chain: what was stored before, what never was, and what does not exist. */
async function expectTheChainToAnswer(): Promise<void> {
  for (const { path } of [...examples, ...others, ...absent]) {
    const began = performance.now();
    const got = await local.get(path, { 'cache-control': 'no-cache' });
    const inTime = performance.now() - began <= deadlineMs + 500;
    const there = !absent.some((one) => one.path === path);
    expect({ path, status: got.status, inTime, source: got.body.meta?.source }).toEqual({
      path,
      status: there ? 200 : 404,
      inTime: true,
      source: 'chain',
    });
    if (data.has(path)) expect(got.body.data).toEqual(data.get(path));
  }
}

// In this order: each step takes away a little more.
describe('When the database cannot be used', () => {
  test('because it hangs, answers come from the chain within the deadline', async () => {
    process.kill(pidOf(local), 'SIGSTOP');
    try {
      await expectTheChainToAnswer();
    } finally {
      process.kill(pidOf(local), 'SIGCONT');
    }
  });

  test('because it is gone, answers come from the chain within the deadline', async () => {
    process.kill(pidOf(local), 'SIGKILL');
    await expectTheChainToAnswer();
  });

  test('a batch is answered by the chain, in order', async () => {
    const refs = [...others, ...absent].map(({ ref }) => ref);
    const { status, body } = await local.post('/v1/lookup', { refs });
    expect(status).toBe(200);
    expect(body.results.map((one: { meta: { source: string } }) => one.meta.source)).toEqual(Array(8).fill('chain'));
    expect(body.results.slice(4).map((one: { error: { code: string } }) => one.error.code)).toEqual(
      Array(4).fill('not_found'),
    );
  });

  test('health is degraded, and says that it is the store', async () => {
    const { status, body } = await local.get('/v1/health');
    expect({ status, verdict: body.status }).toEqual({ status: 200, verdict: 'degraded' });
    expect(body.components.store.status).toBe('down');
    expect(body.components.chain.status).toBe('healthy');
  });

  test.each([
    ['a list', '/v1/assets?owner=account-hash-07057cd1dd5ecd8b77a0249f04eb91cb5694600d01155d63ba23f1c364598237'],
    ['a history', `${examples[0]?.path}/history`],
  ])('%s is unavailable', async (_, path) => {
    const { status, headers, body } = await local.get(path);
    expect({ status, code: body.code, retryable: body.retryable }).toEqual({
      status: 503,
      code: 'store_unavailable',
      retryable: true,
    });
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  test('what may come from the cache alone is not cached', async () => {
    const { status, body } = await local.get(others[0]?.path as string, {
      'cache-control': 'only-if-cached, max-age=0',
    });
    expect([503, 504]).toContain(status);
    expect(['store_unavailable', 'not_cached']).toContain(body.code);
  });

  test('and the nodes are gone as well, nothing is answered and health is down', async () => {
    local.node.fault('down');
    for (const { path } of [...examples, ...absent]) {
      const { status, headers, body } = await local.get(path, { 'cache-control': 'no-cache' });
      expect({ path, status, code: body.code }).toEqual({ path, status: 503, code: 'chain_unavailable' });
      expect(headers.has('retry-after')).toBe(true);
    }
    const { status, body } = await local.get('/v1/health');
    expect({ status, verdict: body.status }).toEqual({ status: 503, verdict: 'down' });
  });
});
