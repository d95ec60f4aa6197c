import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asOperator, type Got, type Local, startLocal } from '../support/local.ts';
import { faultsOf } from './contract-of.ts';
import { recordedAccounts, recordedTransactions } from './recorded.ts';

const assets = 'GET /v1/assets/{collection}/{tokenId}';
const accounts = 'GET /v1/accounts/{id}';
const stakings = 'GET /v1/accounts/{id}/staking';
const transactions = 'GET /v1/transactions/{hash}';
const noAccount = `account-hash-${'0'.repeat(64)}`;
const people = recordedAccounts('chain-d').map(({ publicKey }) => publicKey);

let local: Local;
beforeAll(async () => {
  local = await startLocal({ recording: 'chain-d', height: 130 });
});
afterAll(() => local.close());

/** The answer, after a check against the contract. */
async function kept(route: string, got: Promise<Got>, status: number): Promise<Got> {
  const answer = await got;
  expect([route, answer.status, faultsOf(route, answer)]).toEqual([route, status, []]);
  return answer;
}

const found = async (route: string, paths: readonly string[]) => {
  const answers = await Promise.all(paths.map((path) => local.get(path)));
  for (const answer of answers) expect([answer.status, faultsOf(route, answer)]).toEqual([expect.any(Number), []]);
  return answers.filter(({ status }) => status === 200).map(({ body }) => body.data);
};

test('tokens, including burnt and approved ones', async () => {
  const ids = Array.from({ length: 12 }, (_, id) => id);
  const all = await found(
    assets,
    ['villas', 'prints'].flatMap((name) => ids.map((id) => `/v1/assets/${name}/${id}`)),
  );
  expect(all.length).toBeGreaterThan(4);
  expect(all.some(({ burnt }) => burnt)).toBe(true);
  expect(all.some(({ owner }) => owner !== null)).toBe(true);
});

test('accounts', async () => {
  const all = await found(
    accounts,
    people.map((id) => `/v1/accounts/${id}`),
  );
  expect(all.length).toBeGreaterThan(8);
});

test('staking positions: delegations, unbondings and validators', async () => {
  const all = await found(
    stakings,
    people.map((id) => `/v1/accounts/${id}/staking`),
  );
  expect(all.some(({ delegations }) => delegations.length > 0)).toBe(true);
  expect(all.some(({ bid }) => bid !== null)).toBe(true);
});

test('transactions of both types, with every status', async () => {
  const all = await found(
    transactions,
    recordedTransactions('chain-d').map((hash) => `/v1/transactions/${hash}`),
  );
  expect(all.length).toBeGreaterThan(150);
  expect(new Set(all.map(({ type }) => type))).toEqual(new Set(['Version1', 'Deploy']));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['processed', 'failed']));
  expect(all.some(({ transfers }) => transfers.length > 0)).toBe(true);
});

test("304: the client's value is current", async () => {
  const { headers } = await kept(assets, local.get('/v1/assets/villas/0'), 200);
  const match = { 'if-none-match': headers.get('etag') ?? '' };
  await kept(assets, local.get('/v1/assets/villas/0', match), 304);
});

test('400: identifiers, read options, pages', async () => {
  await kept(assets, local.get('/v1/assets/no-such-collection/0'), 400);
  await kept(accounts, local.get('/v1/accounts/alice'), 400);
  await kept(stakings, local.get('/v1/accounts/alice/staking'), 400);
  await kept(transactions, local.get('/v1/transactions/12'), 400);
  await kept(accounts, local.get(`/v1/accounts/${noAccount}?minHeight=x`, { 'cache-control': 'max-age=never' }), 400);
  await kept(`${accounts}/history`, local.get(`/v1/accounts/${noAccount}/history?limit=0`), 400);
  await kept('GET /v1/assets', local.get('/v1/assets'), 400);
  await kept('POST /v1/lookup', local.post('/v1/lookup', '{'), 400);
  await kept('POST /v1/lookup', local.post('/v1/lookup', { refs: [] }), 400);
});

test('404: an absence, and an unknown route', async () => {
  await kept(assets, local.get('/v1/assets/villas/999'), 404);
  await kept(accounts, local.get(`/v1/accounts/${noAccount}`), 404);
  await kept(stakings, local.get(`/v1/accounts/${noAccount}/staking`), 404);
  await kept(transactions, local.get(`/v1/transactions/${'0'.repeat(64)}`), 404);
  expect((await local.get('/v1/nowhere')).body.code).toBe('not_found');
});

test('412: a height that does not exist yet', async () => {
  await kept(assets, local.get('/v1/assets/villas/0?minHeight=150'), 412);
});

test('413: a body that is too large', async () => {
  await kept('POST /v1/lookup', local.post('/v1/lookup', { refs: 'x'.repeat(140_000) }), 413);
});

test('504: only-if-cached without a stored value', async () => {
  await kept(assets, local.get('/v1/assets/villas/777', { 'cache-control': 'only-if-cached' }), 504);
});

test('a batch of all kinds, with errors among the outcomes', async () => {
  const refs = [
    { kind: 'asset', id: 'villas:0' },
    { kind: 'asset', id: 'villas:999' },
    { kind: 'account', id: people[2] },
    { kind: 'staking', id: people[2] },
    { kind: 'transaction', id: recordedTransactions('chain-d')[3] },
    { kind: 'account', id: 'alice' },
    { kind: 'planet', id: 'mars' },
  ];
  const { body } = await kept('POST /v1/lookup', local.post('/v1/lookup', { refs }), 200);
  expect(body.results.map((result: object) => Object.keys(result))).toEqual([
    ['ref', 'data', 'meta'],
    ['ref', 'error', 'meta'],
    ['ref', 'data', 'meta'],
    ['ref', 'data', 'meta'],
    ['ref', 'data', 'meta'],
    ['ref', 'error'],
    ['ref', 'error'],
  ]);
});

test("an owner's assets, page by page", async () => {
  const { body } = await kept(assets, local.get('/v1/assets/villas/0'), 200);
  const { owner } = body.data;
  const first = await kept('GET /v1/assets', local.get(`/v1/assets?owner=${owner}&limit=1`), 200);
  expect(first.body.items).toHaveLength(1);
  await kept('GET /v1/assets', local.get(`/v1/assets?owner=${noAccount}&collection=villas`), 200);
});

test('the history of every kind', async () => {
  const paths = { [accounts]: people[0], [stakings]: `${people[0]}/staking` };
  for (const [route, path] of Object.entries(paths)) {
    await kept(route, local.get(`/v1/accounts/${path}`), 200);
    const { body } = await kept(`${route}/history`, local.get(`/v1/accounts/${path}/history`), 200);
    expect(body.entries.length).toBeGreaterThan(0);
  }
  await kept(`${assets}/history`, local.get('/v1/assets/villas/0/history?limit=1'), 200);
  const [hash] = recordedTransactions('chain-d');
  await kept(transactions, local.get(`/v1/transactions/${hash}`), 200);
  await kept(`${transactions}/history`, local.get(`/v1/transactions/${hash}/history`), 200);
});

test('the check finds a member without a description', async () => {
  const got = await local.get(`/v1/accounts/${people[0]}`);
  expect(faultsOf(accounts, { ...got, body: { ...got.body, extra: 1 } })).toHaveLength(1);
  const data = { ...got.body.data, extra: 1 };
  expect(faultsOf(accounts, { ...got, body: { ...got.body, data } })).toHaveLength(1);
});

test('health', async () => {
  await local.post('/v1/sync', {}, asOperator);
  expect((await kept('GET /v1/health', local.get('/v1/health', asOperator), 200)).body.status).toBe('healthy');
});

test('answers from the database and 503: no node answers', async () => {
  const path = `/v1/accounts/${people[1]}`;
  await kept(accounts, local.get(path), 200);
  local.node.fault('down');
  const { body } = await kept(accounts, local.get(path, { 'cache-control': 'no-cache' }), 200);
  expect([body.meta.source, body.meta.stale]).toEqual(['database', true]);
  await kept(accounts, local.get(path, { 'cache-control': 'no-cache, stale-if-error=0' }), 503);
  await kept(transactions, local.get(`/v1/transactions/${'1'.repeat(64)}`), 503);
  expect((await kept('GET /v1/health', local.get('/v1/health', asOperator), 200)).body.status).toBe('degraded');
});

test('503: neither chain nor store', async () => {
  local.node.fault('down');
  await local.stack.engine.stop();
  await kept('GET /v1/health', local.get('/v1/health', asOperator), 503);
  await kept('GET /v1/assets', local.get(`/v1/assets?owner=${noAccount}`), 503);
  await kept(`${accounts}/history`, local.get(`/v1/accounts/${noAccount}/history`), 503);
});
