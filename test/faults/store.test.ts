import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import { absent, examples, others } from './examples.ts';

const deadlineMs = 15_000;
/** A safety net: an answer takes far less than the deadline, also on a busy machine. */
const limitMs = 20_000;

let local: Local;
const data = new Map<string, unknown>();

beforeAll(async () => {
  local = await startLocal({ restartsEngine: false, env: { ASTAKE_DEADLINE_MS: String(deadlineMs) } });
  for (const { path } of examples) data.set(path, (await local.get(path)).body.data);
});
afterAll(() => local.close());

const pidOf = ({ stack }: Local): number => {
  if (stack.engine.pid === undefined) throw new Error('the engine was not started by this test');
  return stack.engine.pid;
};

/**
 * Reads from the chain what was stored before, what was never stored, and what does not exist. A database that holds a read
 * up to its deadline makes the answer a 503.
 */
async function expectTheChainToAnswer(): Promise<void> {
  for (const { path } of [...examples, ...others, ...absent]) {
    const started = performance.now();
    const got = await local.get(path, { 'cache-control': 'no-cache, stale-if-error=0' });
    const inTime = performance.now() - started <= limitMs;
    const exists = !absent.some((example) => example.path === path);
    expect({ path, status: got.status, inTime, source: got.body.meta?.source }).toEqual({
      path,
      status: exists ? 200 : 404,
      inTime: true,
      source: 'chain',
    });
    if (data.has(path)) expect(got.body.data).toEqual(data.get(path));
  }
}

// The order matters: each test takes away more.
describe('When the database cannot be used', () => {
  test('because it hangs, answers come from the chain within the deadline', async () => {
    process.kill(pidOf(local), 'SIGSTOP');
    try {
      await expectTheChainToAnswer();
    } finally {
      process.kill(pidOf(local), 'SIGCONT');
    }
  });

  test('because it was killed, answers come from the chain within the deadline', async () => {
    process.kill(pidOf(local), 'SIGKILL');
    await expectTheChainToAnswer();
  });

  test('a batch is answered from the chain, in order', async () => {
    const refs = [...others, ...absent].map(({ ref }) => ref);
    const { status, body } = await local.post('/v1/lookup', { refs });
    expect(status).toBe(200);
    expect(body.results.map((one: { meta: { source: string } }) => one.meta.source)).toEqual(Array(8).fill('chain'));
    expect(body.results.slice(4).map((one: { error: { code: string } }) => one.error.code)).toEqual(
      Array(4).fill('not_found'),
    );
  });

  test('health is degraded and names the store', async () => {
    const { status, body } = await local.get('/v1/health', asOperator);
    expect({ status, verdict: body.status }).toEqual({ status: 200, verdict: 'degraded' });
    expect(body.components.reads).toMatchObject({
      status: 'down',
      reasons: expect.arrayContaining([expect.objectContaining({ table: 'progress' })]),
    });
    expect(body.components.writes.status).toBe('down');
    expect(body.components.nodes.status).toBe('healthy');
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

  test('only-if-cached is an error', async () => {
    const { status, body } = await local.get(others[0]?.path as string, {
      'cache-control': 'only-if-cached, max-age=0',
    });
    expect([503, 504]).toContain(status);
    expect(['store_unavailable', 'not_cached']).toContain(body.code);
  });

  test('and the nodes are down as well, every request is an error and health is down', async () => {
    local.node.fault('down');
    for (const { path } of [...examples, ...absent]) {
      const { status, headers, body } = await local.get(path, { 'cache-control': 'no-cache' });
      expect({ path, status, code: body.code }).toEqual({ path, status: 503, code: 'chain_unavailable' });
      expect(headers.has('retry-after')).toBe(true);
    }
    const { status, body } = await local.get('/v1/health', asOperator);
    expect({ status, verdict: body.status }).toEqual({ status: 503, verdict: 'down' });
  });
});
