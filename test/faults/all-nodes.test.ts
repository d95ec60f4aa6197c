import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Fault, READING_FAULTS } from '../../infra/local/dev-chain/fault.ts';
import { type Got, type Local, startLocal } from '../support/local.ts';
import { eventually } from './child.ts';
import { absent, examples, others } from './examples.ts';

const noCache = { 'cache-control': 'no-cache' };
/** A slow node is cut off by the deadline: `test/chain/pool/outage.test.ts` shows that in virtual time. */
const faults = READING_FAULTS.filter((fault) => fault !== 'slow');

let local: Local;
let stored: Map<string, Got>;

beforeAll(async () => {
  local = await startLocal({ nodes: 2 });
  stored = new Map();
  askedAt = Date.now();
  for (const { path } of examples) {
    const got = await local.get(path, { 'cache-control': 'no-cache, stale-if-error=0' });
    expect(got.status).toBe(200);
    stored.set(path, got);
  }
});
afterAll(() => local.close());

const strike = (fault: Fault | undefined): void => {
  for (const node of local.nodes) node.fault(fault, { blocksBehind: 20 });
};

/** When a tip was last asked for. */
let askedAt = 0;

/** Asks until the chain answers again: a node that failed is tried again after some seconds. */
async function recovered(path: string): Promise<Got> {
  let got: Got | undefined;
  await eventually(async () => {
    askedAt = Date.now();
    got = await local.get(path, noCache);
    return got.body.meta?.source === 'chain';
  });
  return got as Got;
}

afterEach(async () => {
  strike(undefined);
  expect((await recovered(examples[1]?.path as string)).body.meta.source).toBe('chain');
});

describe.each(faults)('While every node is faulty (%s)', (fault) => {
  test('what is stored is answered by the database, and labelled', async () => {
    strike(fault);
    for (const { path } of examples) {
      const { status, headers, body } = await local.get(path, noCache);
      expect({ path, status, source: body.meta?.source, stale: body.meta?.stale, data: body.data }).toEqual({
        path,
        status: 200,
        source: 'database',
        stale: true,
        data: stored.get(path)?.body.data,
      });
      expect(body.meta.block).toEqual(stored.get(path)?.body.meta.block);
      expect(headers.get('age')).toBe(String(body.meta.age));
      expect(body.meta.age).toBeLessThanOrEqual(Math.ceil((Date.now() - askedAt) / 1000));
      expect(headers.get('cache-control')).toMatch(/max-age=0\b/);
      expect(headers.get('cache-status')).toBe('astake-lookup; fwd=request');
    }
  });

  test('what is not stored, and what does not exist, is unavailable, and never called absent', async () => {
    strike(fault);
    for (const { path } of [...others, ...absent]) {
      const { status, headers, body } = await local.get(path);
      expect({ path, status, code: body.code, retryable: body.retryable }).toEqual({
        path,
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
    expect((await local.get(path, noCache)).body.meta.source).toBe('database');
    strike(undefined);
    const got = await recovered(path);
    expect({ source: got.body.meta.source, data: got.body.data }).toEqual({
      source: 'chain',
      data: stored.get(path)?.body.data,
    });
    for (const { path: other } of examples) {
      expect((await local.get(other, noCache)).body.meta.source).toBe('chain');
    }
  });
});

describe('While no node answers', () => {
  const path = examples[0]?.path as string;

  test('stale-if-error=0 refuses the database’s answer: 503', async () => {
    strike('down');
    const got = await local.get(path, { 'cache-control': 'no-cache, stale-if-error=0' });
    expect({ status: got.status, code: got.body.code }).toEqual({ status: 503, code: 'chain_unavailable' });
  });

  test('stale-if-error=n accepts a record up to n seconds old, and no older one', async () => {
    strike('down');
    const young = await local.get(path, { 'cache-control': 'no-cache, stale-if-error=3600' });
    expect({ status: young.status, source: young.body.meta.source }).toEqual({ status: 200, source: 'database' });
    strike(undefined);
    // Ten blocks later the record is older than a second, by the times of the blocks.
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

  test('a batch answers each item for itself', async () => {
    strike('down');
    const refs = [...examples, ...others].map(({ ref }) => ref);
    const { status, body } = await local.post('/v1/lookup', { refs }, noCache);
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

  test('minHeight above what is stored is answered with 412, and retryable', async () => {
    strike('down');
    const { status, body } = await local.get(`${path}?minHeight=100`, noCache);
    expect({ status, code: body.code, retryable: body.retryable }).toEqual({
      status: 412,
      code: 'too_old',
      retryable: true,
    });
  });
});
