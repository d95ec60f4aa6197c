import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type DevChain, startDevChain } from '../../infra/local/dev-chain/dev-chain.ts';
import { hashOfKey, keyOf } from '../../lib/domain/api-key.ts';
import { faultsOf } from '../contract/contract-of.ts';
import { keyEntryOf, keySample } from '../store/samples.ts';
import { type Instance, startInstance } from '../support/instances.ts';
import { asOperator, type Got } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';
import { startService, type TestService } from '../support/service.ts';

const truth = recordedTruth('chain-a');
const height = 60;
const ids = truth.accounts.filter(({ id }) => truth.account(id, height)).map(({ id }) => id);
const path = (at: number): string => `/v1/accounts/${ids[at]}`;
const secret = 'a-secret-of-the-node';

let nodes: DevChain[];
let names: string[];
let world: TestService;
let local: Instance;
beforeAll(async () => {
  nodes = await Promise.all([1, 2].map(() => startDevChain({ recording: 'chain-a', height })));
  names = nodes.map(({ url }) => new URL(url).host);
  const urls = nodes.map(({ url }) => `${url}?key=${secret}`).join(',');
  world = await startService({ height, env: { CASPER_RPC_URLS: urls, ASTAKE_EXPLAIN_PERCENT: '100' } });
  local = await startInstance(world.service);
});
afterAll(async () => {
  await local.close();
  await world.close();
  await Promise.all(nodes.map((node) => node.close()));
});
// So many a second are kept, by the service's clock.
beforeEach(() => {
  world.stopClock();
  world.pass(1_000);
});
afterEach(() => {
  for (const node of nodes) node.fault(undefined);
});

interface Hop {
  readonly step: string;
  readonly outcome: string;
  readonly node?: string;
  readonly [member: string]: unknown;
}

/** The explanation of an answer, after a check against the contract. */
async function why({ body }: Got): Promise<{ readonly hops: readonly Hop[]; readonly [member: string]: unknown }> {
  const got = await local.get(`/v1/explain/${body.meta?.requestId ?? body.requestId}`, asOperator);
  expect([got.status, faultsOf('GET /v1/explain/{requestId}', got)]).toEqual([200, []]);
  return got.body;
}
const of = (hops: readonly Hop[], step: string): string[] =>
  hops.filter((hop) => hop.step === step).map(({ outcome }) => outcome);

test('a miss and a hit: what the cache said, which node was asked, what was saved, the verdict', async () => {
  const miss = await why(await local.get(path(0)));
  expect(miss).toMatchObject({ keptBecause: 'sampled', status: 200, code: null, route: 'GET /v1/accounts/{id}' });
  expect(of(miss.hops, 'cache')).toEqual(['miss']);
  const asked = miss.hops.filter(({ step }) => step === 'node');
  expect(asked.length).toBeGreaterThan(1);
  for (const hop of asked)
    expect(hop).toMatchObject({
      outcome: 'answered',
      node: expect.any(String),
      method: expect.any(String),
      breaker: 'closed',
    });
  expect(of(miss.hops, 'save')).toEqual(['saved']);
  expect(miss.hops.at(-1)).toMatchObject({
    step: 'answer',
    outcome: 'chain',
    stale: false,
    height,
    // Rule PROOF-2: the recording has no proofs.
    why: 'proof: none, not_asked',
  });

  const hit = await why(await local.get(path(0), { 'cache-control': 'max-age=3600' }));
  expect(hit.hops.find(({ step }) => step === 'asked')).toMatchObject({ why: 'max-age=3600' });
  expect(of(hit.hops, 'node')).toEqual([]);
  expect(hit.hops.find(({ step }) => step === 'cache')).toMatchObject({ limit: expect.any(Number), height });
  expect(hit.hops.at(-1)).toMatchObject({ step: 'answer', outcome: 'cache', stale: false });
});

test('one node down: the other one answers, and both are named', async () => {
  nodes[0]?.fault('down');
  const { hops } = await why(await local.get(path(1), { 'cache-control': 'no-cache' }));
  const outcomes = new Set(hops.filter(({ step }) => step === 'node').map(({ node, outcome }) => `${node} ${outcome}`));
  expect([...outcomes]).toContain(`${names[0]} failed`);
  expect([...outcomes]).toContain(`${names[1]} answered`);
});

test('all nodes down: 503 with a link, and the explanation says of each node why', async () => {
  for (const node of nodes) node.fault('down');
  const failed = await local.get(path(2), { 'cache-control': 'no-cache, stale-if-error=0' });
  expect([failed.status, failed.body.explain]).toEqual([503, `/v1/explain/${failed.body.requestId}`]);
  expect(faultsOf('GET /v1/accounts/{id}', failed)).toEqual([]);
  const { hops, ...rest } = await why(failed);
  expect(rest).toMatchObject({
    keptBecause: 'failed',
    status: 503,
    code: failed.body.code,
    detail: failed.body.detail,
  });
  for (const name of names) {
    const hop = hops.find(({ step, node, outcome }) => step === 'node' && node === name && outcome === 'no answer');
    expect(hop).toMatchObject({ why: expect.any(String) });
  }
  expect(hops.at(-1)).toMatchObject({ step: 'answer', outcome: failed.body.code });
});

test('a stale answer: the chain gave none, the database did', async () => {
  await local.get(path(0));
  for (const node of nodes) node.fault('down');
  const stale = await local.get(path(0), { 'cache-control': 'no-cache' });
  expect(stale.body.meta).toMatchObject({ source: 'database', stale: true });
  const { hops, keptBecause } = await why(stale);
  expect(keptBecause).toBe('stale');
  expect(of(hops, 'chain')).toContain('no answer');
  expect(hops.find(({ step }) => step === 'database')).toMatchObject({ outcome: 'used', limit: 86_400 });
  expect(hops.at(-1)).toMatchObject({ step: 'answer', outcome: 'database', stale: true });
});

test('a batch: each part that failed has the link, and the others have none (rule EXPLAIN-2)', async () => {
  await local.get(path(0));
  for (const node of nodes) node.fault('down');
  const refs = [0, 4, 5].map((at) => ({ kind: 'account', id: ids[at] }));
  const ask = () =>
    local.post(
      '/v1/lookup',
      { refs: [...refs, { kind: 'account', id: 'nonsense' }] },
      { 'cache-control': 'max-age=3600, stale-if-error=0' },
    );
  const got = await ask();
  expect([got.status, faultsOf('POST /v1/lookup', got)]).toEqual([200, []]);
  const [cached, ...failed] = got.body.results;
  expect(cached.error).toBeUndefined();
  const link = `/v1/explain/${cached.meta.requestId}`;
  expect(failed.map(({ error }: { error: object }) => error)).toMatchObject([
    { code: 'chain_unavailable', explain: link },
    { code: 'chain_unavailable', explain: link },
    { code: 'invalid_id' },
  ]);
  expect(failed[2].error.explain).toBeUndefined();
  expect((await local.get(link, asOperator)).body).toMatchObject({ keptBecause: 'failed', status: 200 });
  // So many a second are kept: a link leads somewhere, or there is none.
  const asked = [];
  for (let at = 0; at < 6; at += 1) asked.push(await ask());
  expect(asked.at(-1)?.body.results[1].error.explain).toBeUndefined();
});

test('a node whose breaker is open is named once, while the other one answers (rule EXPLAIN-4)', async () => {
  for (const node of nodes) node.fault('down');
  for (let at = 0; at < 8; at += 1) await local.get(path(2), { 'cache-control': 'no-cache, stale-if-error=0' });
  nodes[1]?.fault(undefined);
  world.pass(60_000);
  await local.get(path(2), { 'cache-control': 'no-cache' });
  world.pass(1_000);
  const { hops } = await why(await local.get(path(3), { 'cache-control': 'no-cache' }));
  const ofFirst = hops.filter(({ step, node }) => step === 'node' && node === names[0]);
  expect(ofFirst).toMatchObject([{ outcome: 'skipped', breaker: 'open', why: expect.any(String) }]);
  expect(hops.at(-1)).toMatchObject({ step: 'answer', outcome: 'chain' });
});

test('no URL, no header, no body and no credential is in any explanation (rule EXPLAIN-1)', async () => {
  const got = await local.get(path(0), {
    'cache-control': 'no-cache',
    authorization: asOperator.authorization,
    cookie: secret,
  });
  const text = JSON.stringify(await why(got));
  expect(names.some((name) => text.includes(name))).toBe(true);
  for (const none of ['http://', 'https://', '/rpc', '?key=', secret, asOperator.authorization.slice(7)])
    expect(text).not.toContain(none);
});

test('a request of which nothing is kept: 404 that says what is kept', async () => {
  const got = await local.get('/v1/explain/00000000-0000-4000-8000-000000000000', asOperator);
  expect([got.status, faultsOf('GET /v1/explain/{requestId}', got)]).toEqual([404, []]);
  expect(got.body.detail).toMatch(/for a day are kept/);
  expect((await local.get('/v1/explain/%23%23', asOperator)).status).toBe(404);
});

test('operators and auditors read it, readers and callers without a credential do not', async () => {
  const { body } = await local.get(path(3));
  const statusFor = async (byte: number, role: 'reader' | 'auditor'): Promise<number> => {
    const { id, key } = keyOf(new Uint8Array(40).fill(byte));
    const stored = keySample({ id, secretHash: hashOfKey(key), roles: [role], collections: null });
    await world.store.keys.change({ key: stored, entry: keyEntryOf(stored, { digest: id }) });
    const authorization = `Bearer ${key}`;
    return (await local.get(`/v1/explain/${body.meta.requestId}`, { authorization })).status;
  };
  expect([await statusFor(1, 'reader'), await statusFor(2, 'auditor')]).toEqual([403, 200]);
  expect((await local.get(`/v1/explain/${body.meta.requestId}`)).status).toBe(401);
});

test('a node that throttles is named so', async () => {
  for (const node of nodes) node.fault('throttled', { retryAfterSeconds: 60 });
  const { hops } = await why(await local.get(path(1), { 'cache-control': 'no-cache' }));
  const throttled = hops.find(({ step, outcome }) => step === 'node' && outcome === 'throttled');
  expect(names).toContain(throttled?.node);
  world.pass(61_000);
});

test('a contradiction with the record: what the nodes decided, and the conflict', async () => {
  await local.get(path(4));
  const record = world.store.tables.records.get(`account#${ids[4]}`);
  if (record === undefined) throw new Error('no record');
  world.store.tables.records.set(`account#${ids[4]}`, { ...record, value: { ...record.value, mainPurse: 'edited' } });
  const got = await local.get(path(4), { 'cache-control': 'no-cache' });
  const { hops } = await why(got);
  expect(got.body.meta.conflict).toEqual(expect.any(String));
  expect(of(hops, 'conflict')).toEqual(['open']);
  expect(hops.find(({ step }) => step === 'save')).toMatchObject({
    outcome: 'in-dispute',
    conflict: got.body.meta.conflict,
  });
});

test('a batch is stale, or has failed, where one of its parts is or has', async () => {
  for (const node of nodes) node.fault('down');
  const refs = [0, 5].map((at) => ({ kind: 'account', id: ids[at] }));
  const batch = await local.post('/v1/lookup', { refs }, { 'cache-control': 'no-cache' });
  expect(batch.status).toBe(200);
  const requestId = batch.body.results[0].meta.requestId;
  const { keptBecause, hops } = await why({ ...batch, body: { requestId } });
  expect(keptBecause).toBe('failed');
  expect(of(hops, 'answer').sort()).toEqual(['chain_unavailable', 'database']);
});

test('a storm of failures stores five a second, and only those have a link (rule EXPLAIN-3)', async () => {
  for (const node of nodes) node.fault('down');
  const headers = { 'cache-control': 'no-cache, stale-if-error=0' };
  const all = await Promise.all(Array.from({ length: 20 }, () => local.get(path(6), headers)));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([503]));
  expect(all.filter(({ body }) => body.explain !== undefined)).toHaveLength(5);
});
