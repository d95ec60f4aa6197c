import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { faultsOf } from '../contract/contract-of.ts';
import { eventually } from '../faults/child.ts';
import { type Got, type Local, startLocal } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';

const truth = recordedTruth('chain-a');
const height = 60;
const operator = { authorization: 'Bearer a-key-for-tests-only' };
const accounts = truth.accounts.filter(({ id }) => truth.account(id, height)).map(({ id }) => id);
const tokens = truth.tokens.filter((token) => truth.asset(token, height));
const [collection] = truth.collections;
const owner = String(tokens.map((token) => truth.asset(token, height)?.owner).find(Boolean));
const today = new Date(Date.now() - 3_600_000).toISOString();
const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
const span = `from=${today}&until=${tomorrow}`;

let local: Local;
beforeAll(async () => {
  local = await startLocal({ height });
  for (const id of accounts) await local.get(`/v1/accounts/${id}`);
  for (const { packageHash, tokenId } of tokens) await local.get(`/v1/assets/${packageHash}/${tokenId}`);
});
afterAll(() => local.close());

/** The answer, after a check against the contract. */
async function kept(route: string, got: Promise<Got>, status: number): Promise<Got> {
  const answer = await got;
  expect([route, answer.status, faultsOf(route, answer)]).toEqual([route, status, []]);
  return answer;
}

test.each([
  ['GET', '/v1/stats'],
  ['GET', `/v1/audit?${span}`],
  ['POST', '/v1/invalidations'],
])('%s %s is for operators', async (method, path) => {
  const ask = (headers = {}) => (method === 'GET' ? local.get(path, headers) : local.post(path, {}, headers));
  const route = `${method} ${path.replace(/\?.*/, '')}`;
  await kept(route, ask(), 401);
  expect((await ask(operator)).status).not.toBe(401);
});

test('GET /v1/ready: 503 until sync has followed the chain, then 200', async () => {
  const ready = (status: number) => kept('GET /v1/ready', local.get('/v1/ready'), status);
  expect((await ready(503)).body).toMatchObject({ ready: false, cursor: null, limitSeconds: 120 });
  expect((await local.post('/v1/sync', {}, operator)).status).toBeLessThan(300);
  expect((await ready(200)).body).toMatchObject({ ready: true, reason: null, cursor: { height }, lagBlocks: 0 });
});

test('GET /v1/stats: this instance’s answers, and the store’s figures', async () => {
  await local.get(`/v1/accounts/${accounts[0]}`);
  const { body } = await kept('GET /v1/stats', local.get('/v1/stats', operator), 200);
  expect(body.instance.answers.account).toMatchObject({ chain: accounts.length, database: 0 });
  expect(body.instance.answers.account.cache).toBeGreaterThan(0);
  expect(body.instance.upstreams).toMatchObject([{ state: 'healthy', height }]);
  expect(body.store).toMatchObject({ cursor: { height }, conflicts: { open: 0, awaitingReview: 0 }, stalled: null });
  expect(body.store.lastTicks.length).toBeGreaterThan(0);
});

describe('POST /v1/invalidations', () => {
  const invalidate = (body: object, status: number) =>
    kept('POST /v1/invalidations', local.post('/v1/invalidations', body, operator), status);
  const sourceOf = async (path: string) => (await local.get(path)).body.meta.source;

  test('a collection by its alias: its tokens are read again', async () => {
    const token = tokens.find(({ packageHash }) => packageHash === collection?.packageHash);
    const path = `/v1/assets/${collection?.alias}/${token?.tokenId}`;
    expect(await sourceOf(path)).toBe('cache');
    const { body } = await invalidate({ kind: 'asset', collection: collection?.alias }, 202);
    expect(body).toEqual({
      marker: { kind: 'asset', prefix: `${collection?.packageHash}:`, height },
      renewed: 0,
      remaining: 0,
      next: null,
      warmed: 0,
    });
    await eventually(async () => (await sourceOf(path)) === 'chain');
    expect(await sourceOf(`/v1/accounts/${accounts[0]}`)).toBe('cache');
  });

  test('an owner by account hash: all its records are read again', async () => {
    const owned = tokens.filter((token) => truth.asset(token, height)?.owner === owner);
    const { body } = await invalidate({ owner }, 202);
    // The account itself is included, because it was looked up. Its staking position was not.
    expect(body).toEqual({ marker: null, renewed: owned.length + 1, remaining: 0, next: null, warmed: 0 });
    expect(owned.length).toBeGreaterThan(0);
  });

  test.each([
    [{}, 'body'],
    [{ kind: 'house' }, 'kind'],
    [{ collection: 'villas' }, 'body'],
    [{ kind: 'account', collection: 'villas' }, 'collection'],
    [{ kind: 'asset', collection: 'no-such-collection' }, 'collection'],
    [{ owner, collection: 'villas' }, 'collection'],
    [{ owner: 'not-an-owner' }, 'owner'],
    [{ owner: `hash-${'aB'.repeat(32)}` }, 'owner'],
    [{ kind: 'asset', collection: 'aB'.repeat(32) }, 'collection'],
    [{ owner, kind: 'transaction' }, 'kind'],
    [{ owner, cursor: 'x' }, 'cursor'],
    [{ kind: 'asset', cursor: 'x' }, 'cursor'],
    [{ kind: 'asset', why: 'because' }, 'body'],
  ])('the request %j is refused', async (body, path) => {
    const { body: problem } = await invalidate(body, 400);
    expect(problem.errors.map((error: { path: string }) => error.path)).toContain(path);
  });
});

test('an unknown kind is answered with the known kinds, on every route', async () => {
  const message = 'unknown kind; known kinds: asset, account, staking, transaction, collection';
  const errorsOf = async (path: string, body: object) => (await local.post(path, body, operator)).body.errors;
  expect(await errorsOf('/v1/invalidations', { kind: 'house' })).toEqual([{ path: 'kind', message }]);
  expect(await errorsOf('/v1/reconciliations', { scope: { kind: 'house' } })).toEqual([
    { path: 'scope.kind', message },
  ]);
  const { body } = await local.post('/v1/lookup', { refs: [{ kind: 'house', id: '0' }] });
  expect(body.results[0].error.errors).toEqual([{ path: 'refs.0.kind', message }]);
});

describe('GET /v1/audit', () => {
  const report = (query: string, status = 200) =>
    kept('GET /v1/audit', local.get(`/v1/audit?${query}`, operator), status);

  test('has every written entry, and a summary', async () => {
    const { body } = await report(span);
    expect(body.entries.length).toBeGreaterThan(accounts.length + tokens.length);
    expect(body).toMatchObject({ from: today, until: tomorrow, next: null });
    expect(body.summary).toMatchObject({ entries: body.entries.length, chainsWhole: true, firstBroken: null });
    expect(body.summary.byKind).toMatchObject({ account: accounts.length, asset: tokens.length });
    const { body: history } = await local.get(`/v1/accounts/${accounts[0]}/history`);
    const [newest] = history.entries;
    expect(body.entries.find(({ id }: { id: string }) => id === accounts[0])).toMatchObject({
      sequence: newest.sequence,
      digest: newest.digest,
      after: newest.after,
      blockHeight: newest.block.height,
    });
  });

  test('is also a table for spreadsheets', async () => {
    const response = await fetch(`${local.url}/v1/audit?${span}&format=csv`, { headers: operator });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(response.headers.get('link')).toBeNull();
    const lines = (await response.text()).split('\r\n');
    expect(lines[0]).toMatch(/^timestamp,kind,id,/);
    expect(lines.length).toBe((await report(span)).body.entries.length + 2);
  });

  test.each(['', 'from=2026-01-01', 'from=2026-01-01&until=2026-03-01', `${span}&format=pdf`, `${span}&cursor=x`])(
    'the query "%s" is refused',
    async (query) => {
      const { body } = await report(query, 400);
      expect(body.code).toBe('invalid_request');
    },
  );
});

test('each change of a record is an event on the bus, and the outbox is empty afterwards', async () => {
  const changed = () => local.stack.events().filter(({ detailType }) => detailType === 'RecordChanged');
  await eventually(() => changed().length >= accounts.length + tokens.length);
  const ids = changed().map(({ detail }) => (detail as { id: string }).id);
  expect(new Set(ids).size).toBe(accounts.length + tokens.length);
  expect(ids).toContain(`RecordChanged#account#${accounts[0]}#1`);
  expect(local.stack.deadLetters()).toEqual([]);
  const { outbox } = local.stack.store;
  await eventually(async () => (await outbox.unpublished(tomorrow, 100)).length === 0);
});
