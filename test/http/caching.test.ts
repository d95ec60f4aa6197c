import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { loadRecording } from '../../infra/local/dev-chain/recording.ts';
import { webRequests } from '../../infra/manifest.ts';
import { type Got, type Local, startLocal } from '../support/local.ts';

const { account, owner, transaction } = recordedExamples['chain-a'];
const asset = '/v1/assets/villas/0';
const firstHeight = 58;

let local: Local;
let height = firstHeight;

beforeAll(async () => {
  local = await startLocal({ height: firstHeight });
});
afterAll(() => local.close());

/** Every test begins with a new tip, so that no cached value was read at it. */
beforeEach(() => {
  height += 1;
  local.setHeight(height);
  local.node.resetCalls();
});

const calls = (): number => local.node.calls().total;
const statusCalls = (): number => local.node.calls().byMethod.info_get_status ?? 0;

/** The headers about the source of an answer. */
const labels = ({ status, headers, body }: Got) => ({
  status,
  source: body?.meta?.source,
  stale: body?.meta?.stale,
  cache: headers.get('cache-status'),
});

const fresh = (path: string): Promise<Got> => local.get(path, { 'cache-control': 'no-cache' });

/** Accounts that only one test reads. */
const unread = Object.values(
  (loadRecording('chain-a').meta as unknown as { accounts: Record<string, { publicKey: string }> }).accounts,
)
  .map(({ publicKey }) => `/v1/accounts/${publicKey}`)
  .filter((path) => !path.endsWith(account));
const next = (): string => {
  const path = unread.pop();
  if (path === undefined) throw new Error('the recording has no more accounts');
  return path;
};

describe('Without Cache-Control', () => {
  test.each([
    ['asset', '/v1/assets/villas/3', 90],
    ['account', `/v1/accounts/${account}`, 90],
    ['staking', `/v1/accounts/${account}/staking`, 90],
    ['transaction', `/v1/transactions/${transaction}`, 86_400],
  ])('%s: the first answer is from the chain, the second from the cache without a call', async (_, path, seconds) => {
    const first = await local.get(path);
    expect(labels(first)).toEqual({
      status: 200,
      source: 'chain',
      stale: false,
      cache: 'astake-lookup; fwd=miss',
    });
    expect(calls()).toBeGreaterThan(0);
    local.node.resetCalls();
    const second = await local.get(path);
    expect(labels(second)).toEqual({ status: 200, source: 'cache', stale: false, cache: 'astake-lookup; hit' });
    expect(calls()).toBe(0);
    expect(second.body.data).toEqual(first.body.data);
    for (const { headers, body } of [first, second]) {
      expect(headers.get('content-type')).toBe('application/json');
      expect(headers.get('age')).toBe(String(body.meta.age));
      expect(headers.get('cache-control')).toBe(`public, max-age=${seconds}, must-revalidate, stale-if-error=0`);
      expect(headers.get('casper-block-height')).toBe(String(body.meta.verifiedThrough.height));
      expect(headers.get('etag')).toBe(first.headers.get('etag'));
      expect(body.meta.block.height).toBe(height);
      expect(body.meta.block.hash).toMatch(/^[0-9a-f]{64}$/);
      expect(body.meta.requestId).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(second.body.meta.requestId).not.toBe(first.body.meta.requestId);
  });

  test('an absence is cached for 15 seconds and names its block (rule KIND-1)', async () => {
    const path = '/v1/assets/villas/4711';
    const first = await local.get(path);
    expect(labels(first)).toMatchObject({ status: 404, source: 'chain' });
    local.node.resetCalls();
    const second = await local.get(path);
    expect(labels(second)).toMatchObject({ status: 404, source: 'cache', cache: 'astake-lookup; hit' });
    expect(calls()).toBe(0);
    for (const { headers, body } of [first, second]) {
      expect(body).toMatchObject({ code: 'not_found', retryable: false, meta: { block: { height } } });
      expect(body.meta.block.hash).toMatch(/^[0-9a-f]{64}$/);
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(headers.get('cache-control')).toBe('public, max-age=15, must-revalidate, stale-if-error=0');
      expect(headers.get('casper-block-height')).toBe(String(height));
      expect(headers.has('etag')).toBe(false);
    }
  });
});

describe('Cache-Control', () => {
  test.each(['no-cache', 'no-store', 'max-age=0, no-cache'])('%s goes to the chain', async (value) => {
    await local.get(asset);
    local.node.resetCalls();
    const got = await local.get(asset, { 'cache-control': value });
    expect(labels(got)).toEqual({ status: 200, source: 'chain', stale: false, cache: 'astake-lookup; fwd=request' });
    expect(statusCalls()).toBe(1);
    expect(got.body.meta.block.height).toBe(height);
  });

  test('max-age=n accepts a cached answer of at most n seconds of age, otherwise the chain answers', async () => {
    const path = next();
    const first = await local.get(path);
    local.setHeight(height + 3);
    height += 3;
    // Another reader sees the newer tip: now the cached answer is three blocks old by the clock of the chain.
    await fresh(asset);
    local.node.resetCalls();
    const loose = await local.get(path, { 'cache-control': 'max-age=60' });
    expect(labels(loose)).toMatchObject({ source: 'cache', stale: false });
    expect(loose.body.meta.age).toBeGreaterThan(1);
    expect(loose.body.meta.block).toEqual(first.body.meta.block);
    expect(calls()).toBe(0);
    const began = performance.now();
    for (const value of ['max-age=1', 'max-age=0']) {
      const strict = await local.get(path, { 'cache-control': value });
      expect(strict.body.meta.block.height).toBe(height);
      // Read again at the tip, it is of the newest block: its age is the time since that block was seen, at most.
      expect(strict.body.meta.age).toBeLessThanOrEqual(1 + (performance.now() - began) / 1_000);
    }
    expect(statusCalls()).toBeGreaterThan(0);
  });

  test('max-stale accepts an expired answer, which is labelled; max-stale=n limits its age', async () => {
    const path = next();
    await local.get(path);
    local.setHeight(height + 3);
    height += 3;
    await fresh(asset);
    local.node.resetCalls();
    const any = await local.get(path, { 'cache-control': 'max-age=1, max-stale' });
    expect(labels(any)).toEqual({ status: 200, source: 'cache', stale: true, cache: 'astake-lookup; hit; ttl=-1' });
    expect(any.headers.get('cache-control')).toBe('private, max-age=0');
    const enough = await local.get(path, { 'cache-control': 'max-age=1, max-stale=600' });
    expect(labels(enough)).toMatchObject({ source: 'cache', stale: true });
    expect(calls()).toBe(0);
    const little = await local.get(path, { 'cache-control': 'max-age=1, max-stale=1' });
    expect(labels(little)).toMatchObject({ source: 'chain', stale: false, cache: 'astake-lookup; fwd=stale' });
  });

  test('only-if-cached never calls the chain: the answer is from the cache or the database, or is 504', async () => {
    const path = next();
    const nothing = await local.get(path, { 'cache-control': 'only-if-cached' });
    expect({ status: nothing.status, code: nothing.body.code }).toEqual({ status: 504, code: 'not_cached' });
    expect(nothing.headers.get('content-type')).toBe('application/problem+json');
    expect(calls()).toBe(0);

    const first = await local.get(path);
    local.node.resetCalls();
    const cached = await local.get(path, { 'cache-control': 'only-if-cached' });
    expect(labels(cached)).toMatchObject({ status: 200, source: 'cache', stale: false });

    local.setHeight(height + 3);
    height += 3;
    await fresh(asset);
    local.node.resetCalls();
    const stored = await local.get(path, { 'cache-control': 'only-if-cached, no-cache' });
    expect(labels(stored)).toMatchObject({ status: 200, source: 'database', stale: true });
    expect(stored.body.data).toEqual(first.body.data);
    const tooOld = await local.get(path, { 'cache-control': 'only-if-cached, max-age=1' });
    expect(tooOld.status).toBe(504);
    expect(calls()).toBe(0);
  });

  test('stale-if-error limits the age of the database’s answer', async () => {
    const path = next();
    await local.get(path);
    local.setHeight(height + 3);
    height += 3;
    await fresh(asset);
    local.node.fault('down');
    try {
      const ask = (seconds: number): Promise<Got> =>
        local.get(path, { 'cache-control': `no-cache, stale-if-error=${seconds}` });
      expect(labels(await ask(600))).toMatchObject({ status: 200, source: 'database', stale: true });
      expect((await ask(1)).body.code).toBe('chain_unavailable');
      expect((await ask(0)).body.code).toBe('chain_unavailable');
    } finally {
      local.node.fault(undefined);
    }
    // The only node is tried once a second: until then the database answers.
    while ((await fresh(path)).body.meta.source !== 'chain') await setTimeout(100);
    expect(labels(await fresh(path))).toMatchObject({ status: 200, source: 'chain', stale: false });
  });
});

describe('ETag', () => {
  test('If-None-Match: 304 without a body for the same value, 200 for any other tag', async () => {
    const { headers, body } = await fresh(asset);
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]+"$/);
    for (const tag of [etag, etag.replace(/^W\//, ''), `"other", ${etag}`, '*']) {
      // By itself, fetch would add no-cache to such a request.
      const same = await local.get(asset, { 'if-none-match': tag, 'cache-control': 'no-transform' });
      expect({ tag, status: same.status, body: same.body }).toEqual({ tag, status: 304, body: undefined });
      expect(same.headers.get('etag')).toBe(etag);
      expect(same.headers.get('cache-control')).toBe('public, max-age=90, must-revalidate, stale-if-error=0');
      expect(same.headers.get('casper-block-height')).toBe(String(body.meta.verifiedThrough.height));
    }
    for (const tag of ['"other"', 'W/"other"', '']) {
      expect((await local.get(asset, { 'if-none-match': tag })).status).toBe(200);
    }
  });

  test('the tag stays when the same value is read at a later block, and changes with the value', async () => {
    const tags = new Map<number, { etag: string | null; data: unknown }>();
    for (const at of [height, height + 1, height + 5]) {
      local.setHeight(at);
      const { headers, body } = await fresh(asset);
      expect(body.meta.block.height).toBe(at);
      tags.set(at, { etag: headers.get('etag'), data: body.data });
    }
    height += 5;
    expect(new Set([...tags.values()].map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(new Set([...tags.values()].map(({ etag }) => etag)).size).toBe(1);
    const other = await local.get('/v1/assets/villas/1');
    expect(other.headers.get('etag')).not.toBe([...tags.values()][0]?.etag);
  });
});

describe('HEAD', () => {
  test.each([asset, '/v1/assets/villas/4712', '/v1/accounts/alice', '/v1/ready'])(
    '%s has the status and the headers of GET, and no body',
    async (path) => {
      const got = await local.get(path);
      const response = await fetch(await local.at(path), { method: 'HEAD' });
      expect(response.status).toBe(got.status);
      expect(await response.text()).toBe('');
      for (const name of ['content-type', 'cache-control', 'etag', 'casper-block-height']) {
        expect({ name, value: response.headers.get(name) }).toEqual({ name, value: got.headers.get(name) });
      }
    },
  );
});

describe('?minHeight', () => {
  test('a height that the cached value reaches costs no call', async () => {
    await fresh(asset);
    local.node.resetCalls();
    const got = await local.get(`${asset}?minHeight=${height}`);
    expect(labels(got)).toMatchObject({ status: 200, source: 'cache' });
    expect(calls()).toBe(0);
  });

  test('a height above the cached value is read from the chain', async () => {
    await fresh(asset);
    height += 1;
    local.setHeight(height);
    const cached = await local.get(asset);
    expect(labels(cached)).toMatchObject({ source: 'cache' });
    expect(cached.body.meta.verifiedThrough.height).toBe(height - 1);
    const got = await local.get(`${asset}?minHeight=${height}`);
    expect(labels(got)).toMatchObject({ status: 200, source: 'chain' });
    expect(got.body.meta.verifiedThrough.height).toBe(height);
    // The height does not fall again for later callers (rule CLAIM-8).
    expect((await local.get(asset)).body.meta.verifiedThrough.height).toBe(height);
  });

  test('the service waits for a height above the tip', async () => {
    const asked = local.get(`${asset}?minHeight=${height + 2}`);
    // The service knows a tip that is too low, and asks for the tip again.
    while (statusCalls() < 2) await new Promise((resolve) => setImmediate(resolve));
    height += 2;
    local.setHeight(height);
    const got = await asked;
    expect(labels(got)).toMatchObject({ status: 200, source: 'chain' });
    expect(got.body.meta.verifiedThrough.height).toBe(height);
  });
});

describe('The height that is served', () => {
  test('does not fall when the node goes back to a lower height (rule CLAIM-8)', async () => {
    const path = next();
    const high = await fresh(path);
    expect(high.body.meta.verifiedThrough.height).toBe(height);
    local.setHeight(height - 3);
    for (const headers of [{}, { 'cache-control': 'no-cache' }, { 'cache-control': 'max-age=0' }]) {
      const got = await local.get(path, headers);
      expect(got.status).toBe(200);
      expect(got.body.meta.verifiedThrough.height).toBe(height);
      if (got.body.meta.source !== 'cache') expect(labels(got)).toMatchObject({ source: 'database', stale: true });
    }
    local.setHeight(height);
    expect((await fresh(path)).body.meta).toMatchObject({ source: 'chain', verifiedThrough: { height } });
  });

  test('may be the lower height for an entity that was not read before', async () => {
    await fresh(asset);
    local.setHeight(height - 3);
    const got = await local.get(next());
    expect(got.body.meta).toMatchObject({ source: 'chain', block: { height: height - 3 } });
  });
});

/** Readers as one process refuse what is more at once, as their platform sends no more. */
const readersAtOnce = process.env.TEST_READERS === 'web' ? webRequests : 200;

describe('Many readers at once', () => {
  test('many cold reads of one key cost one observation, or two if some of them are late', async () => {
    const path = next();
    const alone = next();
    local.node.resetCalls();
    await local.get(alone);
    const { byMethod } = local.node.calls();
    local.node.resetCalls();
    const answers = await Promise.all(Array.from({ length: readersAtOnce }, () => local.get(path)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(1);
    const once = Object.values(byMethod).reduce((sum, count) => sum + count, 0);
    expect(once).toBeGreaterThan(0);
    expect(calls()).toBeLessThanOrEqual(2 * once);
    expect(Object.keys(local.node.calls().byMethod).sort()).toEqual(Object.keys(byMethod).sort());
  });
});

describe('POST /v1/lookup', () => {
  test('keeps the order, has one outcome for each item, and asks for the tip once', async () => {
    const refs = [
      { kind: 'transaction', id: '5554c710e84f90f317f361fba077d1ab683e846472ea39228a5cc455c4f5bd2c' },
      { kind: 'account', id: 'alice' },
      { kind: 'asset', id: 'villas:2' },
      { kind: 'asset', id: 'villas:4713' },
      { kind: 'staking', id: account },
      { kind: 'account', id: `account-hash-${'0'.repeat(64)}` },
      { kind: 'account', id: owner },
      { kind: 'planet', id: 'mars' },
      { kind: 'transaction', id: 'f'.repeat(64) },
      { kind: 'asset', id: 'villas:2' },
    ];
    const { status, headers, body } = await local.post('/v1/lookup', { refs }, { 'cache-control': 'no-cache' });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(statusCalls()).toBe(1);
    expect(body.results.map((one: { ref: object }) => one.ref)).toEqual(refs);
    expect(
      body.results.map(
        (one: { data?: { kind: string }; error?: { code: string } }) => one.data?.kind ?? one.error?.code,
      ),
    ).toEqual([
      'transaction',
      'invalid_id',
      'asset',
      'not_found',
      'staking',
      'not_found',
      'account',
      'invalid_request',
      'not_found',
      'asset',
    ]);
    for (const { meta } of body.results.filter((one: { meta?: object }) => one.meta !== undefined)) {
      expect(meta).toMatchObject({ source: 'chain', stale: false, block: { height } });
    }
  });

  test('answers cached entities from the cache, without a call', async () => {
    const refs = [
      { kind: 'account', id: account },
      { kind: 'asset', id: 'villas:0' },
    ];
    await local.post('/v1/lookup', { refs }, { 'cache-control': 'no-cache' });
    local.node.resetCalls();
    const { body } = await local.post('/v1/lookup', { refs });
    expect(body.results.map(({ meta }: { meta: { source: string } }) => meta.source)).toEqual(['cache', 'cache']);
    expect(calls()).toBe(0);
  });

  test('answers 100 refs, and equal refs with equal outcomes', async () => {
    const refs = Array.from({ length: 100 }, (_, at) =>
      at % 2 === 0 ? { kind: 'account', id: account } : { kind: 'asset', id: 'villas:1' },
    );
    const { status, body } = await local.post('/v1/lookup', { refs }, { 'cache-control': 'no-cache' });
    expect(status).toBe(200);
    expect(body.results).toHaveLength(100);
    expect(new Set(body.results.map(({ data }: { data: object }) => JSON.stringify(data))).size).toBe(2);
    expect(statusCalls()).toBe(1);
  });
});
