import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { FAULTS, type Fault } from '../../infra/local/dev-chain/fault.ts';
import { type Got, type Local, startLocal } from '../support/local.ts';
import { eventually } from './child.ts';
import { absent, examples, others } from './examples.ts';

const deadlineMs = 1_000;
const fromChain = { 'cache-control': 'no-cache' };

let local: Local;
let stored: Map<string, Got>;

beforeAll(async () => {
  // An attempt nearly as long as the deadline: what is slow must be cut off by the deadline.
  local = await startLocal({
    nodes: 2,
    env: { ASTAKE_DEADLINE_MS: String(deadlineMs), ASTAKE_ATTEMPT_MS: '900' },
  });
  stored = new Map();
  for (const { path } of examples) {
    // A machine under load may neither answer nor save the first time.
    await eventually(async () => {
      const got = await local.get(path, fromChain);
      stored.set(path, got);
      const kept = await local.get(path, { 'cache-control': 'only-if-cached, no-cache' });
      return got.status === 200 && kept.status === 200;
    });
  }
});
afterAll(() => local.close());

const strike = (fault: Fault | undefined): void => {
  for (const node of local.nodes) node.fault(fault, { blocksBehind: 20 });
};

/** Asks until the chain answers again; the bound is the time for which a node is avoided, and then some. */
async function recovered(path: string): Promise<Got> {
  const until = Date.now() + 7_000;
  for (;;) {
    const got = await local.get(path, fromChain);
    if (got.body.meta?.source === 'chain' || Date.now() > until) return got;
  }
}

afterEach(async () => {
  strike(undefined);
  expect((await recovered(examples[1]?.path as string)).body.meta.source).toBe('chain');
});

async function timed(path: string, headers: Readonly<Record<string, string>>): Promise<Got & { inTime: boolean }> {
  const began = performance.now();
  const got = await local.get(path, headers);
  return { ...got, inTime: performance.now() - began <= deadlineMs + 500 };
}

describe.each(FAULTS)('While every node is faulty (%s)', (fault) => {
  test('what is stored is answered by the database, labelled, within the deadline', async () => {
    strike(fault);
    for (const { path } of examples) {
      const { inTime, status, headers, body } = await timed(path, fromChain);
      expect({ path, inTime, status, source: body.meta?.source, stale: body.meta?.stale, data: body.data }).toEqual({
        path,
        inTime: true,
        status: 200,
        source: 'database',
        stale: true,
        data: stored.get(path)?.body.data,
      });
      expect(body.meta.block).toEqual(stored.get(path)?.body.meta.block);
      expect(headers.get('age')).toBe(String(body.meta.age));
      expect(body.meta.age).toBeLessThan(120);
      expect(headers.get('cache-control')).toBe('max-age=0');
      expect(headers.get('cache-status')).toBe('astake-lookup; fwd=request');
    }
  });

  test('what is not stored, and what does not exist, is unavailable and never said to be absent', async () => {
    strike(fault);
    for (const { path } of [...others, ...absent]) {
      const { inTime, status, headers, body } = await timed(path, {});
      expect({ path, inTime, status, code: body.code, retryable: body.retryable }).toEqual({
        path,
        inTime: true,
        status: 503,
        code: 'chain_unavailable',
        retryable: true,
      });
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  test('after its end the next reads come from the chain', async () => {
    strike(fault);
    const path = examples[0]?.path as string;
    expect((await local.get(path, fromChain)).body.meta.source).toBe('database');
    strike(undefined);
    const got = await recovered(path);
    expect({ source: got.body.meta.source, data: got.body.data }).toEqual({
      source: 'chain',
      data: stored.get(path)?.body.data,
    });
    for (const { path: other } of examples) {
      expect((await local.get(other, fromChain)).body.meta.source).toBe('chain');
    }
  });
});

describe('While no node answers', () => {
  const path = examples[0]?.path as string;

  test('stale-if-error=0 wants no database answer: 503', async () => {
    strike('down');
    const got = await local.get(path, { 'cache-control': 'no-cache, stale-if-error=0' });
    expect({ status: got.status, code: got.body.code }).toEqual({ status: 503, code: 'chain_unavailable' });
  });

  test('stale-if-error=n takes a record up to n seconds old, and no older one', async () => {
    strike('down');
    const young = await local.get(path, { 'cache-control': 'no-cache, stale-if-error=3600' });
    expect({ status: young.status, source: young.body.meta.source }).toEqual({ status: 200, source: 'database' });
    strike(undefined);
    // Ten blocks later the record of the block before is older than the chain's tip, by the chain's own time.
    const height = local.node.height();
    local.setHeight(height + 10);
    try {
      expect((await recovered(examples[1]?.path as string)).body.meta.block.height).toBe(height + 10);
      strike('down');
      const old = await local.get(path, { 'cache-control': 'no-cache, stale-if-error=1' });
      expect({ status: old.status, code: old.body.code }).toEqual({ status: 503, code: 'chain_unavailable' });
      const labelled = await local.get(path, { 'cache-control': 'no-cache, stale-if-error=3600' });
      expect(labelled.body.meta.age).toBeGreaterThan(1);
      expect(labelled.body.meta.block.height).toBe(height);
    } finally {
      strike(undefined);
    }
  });

  test('a batch says of every item where it stands', async () => {
    strike('down');
    const refs = [...examples, ...others].map(({ ref }) => ref);
    const { status, body } = await local.post('/v1/lookup', { refs }, fromChain);
    expect(status).toBe(200);
    expect(body.results.map((one: { ref: object }) => one.ref)).toEqual(refs);
    expect(body.results.slice(0, 4).map((one: { meta: { source: string } }) => one.meta.source)).toEqual(
      Array(4).fill('database'),
    );
    for (const { error } of body.results.slice(4)) {
      expect({ status: error.status, code: error.code, retryable: error.retryable }).toEqual({
        status: 503,
        code: 'chain_unavailable',
        retryable: true,
      });
    }
  });

  test('minHeight above what is stored cannot be met: 412, and retryable', async () => {
    strike('down');
    const { status, body } = await local.get(`${path}?minHeight=100`, fromChain);
    expect({ status, code: body.code, retryable: body.retryable }).toEqual({
      status: 412,
      code: 'too_old',
      retryable: true,
    });
  });
});
