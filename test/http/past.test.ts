import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { type Local, startLocal } from '../support/local.ts';
import { recordedTruth } from '../support/recorded-truth.ts';

const truth = recordedTruth('chain-a');
const { owner: account, transaction } = recordedExamples['chain-a'];
const path = `/v1/accounts/${account}`;
const tip = 100;

let local: Local;
beforeAll(async () => {
  local = await startLocal({
    recording: 'chain-a',
    height: tip,
    nodes: 2,
    env: { ASTAKE_DEADLINE_MS: '6000', ASTAKE_ATTEMPT_MS: '3000' },
  });
});
afterEach(() => {
  for (const node of local.nodes) {
    node.fault(undefined);
    node.keepFrom(0);
  }
});
afterAll(() => local?.close());

describe('?at=', () => {
  test('names the block, the source and no age; a client may keep it, and asks with its tag (rule PAST-1)', async () => {
    const { status, headers, body } = await local.get(`${path}?at=30`);
    expect([status, body.data]).toEqual([200, truth.account(account, 30)]);
    const { requestId, ...meta } = body.meta;
    const block = truth.block(30);
    const { height, timestamp } = block;
    const verifiedThrough = { height, timestamp };
    // The recording has no proofs.
    const proof = { level: 'none', reason: 'not_asked', unproved: ['holds'] };
    expect(meta).toEqual({
      source: 'chain',
      stale: false,
      at: 30,
      heldFrom: 30,
      block,
      verifiedThrough,
      proof,
      age: 0,
    });
    expect(requestId).toEqual(expect.any(String));
    expect(['age', 'casper-block-height', 'cache-status', 'cache-control'].map((name) => headers.get(name))).toEqual([
      '0',
      '30',
      'astake-lookup; fwd=bypass',
      // Sync has followed no block yet, so that none is settled.
      'public, max-age=8, must-revalidate, stale-if-error=0',
    ]);
    const again = await local.get(`${path}?at=31`, { 'if-none-match': headers.get('etag') ?? '' });
    expect(again.status).toBe(JSON.stringify(truth.account(account, 31)) === JSON.stringify(body.data) ? 304 : 200);
  });

  test('says of the text route, of an absence and of the newest block what there is (rule PAST-1)', async () => {
    expect((await local.get('/v1/assets/villas?tokenId=0&at=21')).body).toMatchObject({
      data: { tokenId: '0' },
      meta: { at: 21, block: truth.block(21) },
    });
    const before = await local.get('/v1/assets/villas/0?at=20');
    expect([before.status, before.body.code, before.body.meta.block]).toEqual([404, 'not_found', truth.block(20)]);
    expect((await local.get(`${path}?at=${tip}`)).body.meta.block).toEqual(truth.block(tip));
  });

  test('each entry of the history says its value as an answer does (rule PAST-5)', async () => {
    const { body: answer } = await local.get(path, { 'cache-control': 'no-cache' });
    const { body } = await local.get(`${path}/history`);
    expect(body.entries.map(({ data }: { data: unknown }) => data)).toEqual([answer.data]);
    const villa = await local.get('/v1/assets/villas/0', { 'cache-control': 'no-cache' });
    const trail = await local.get('/v1/assets/villas/0/history');
    expect(trail.body.entries[0].data).toEqual(villa.body.data);
    const kept = await local.get(`/v1/assets/villas/0?at=${tip}`, { 'cache-control': 'only-if-cached' });
    expect([kept.body.meta.source, kept.body.data]).toEqual(['history', villa.body.data]);
    const anew = await local.get(`/v1/assets/villas/0?at=${tip}`, { 'cache-control': 'no-cache' });
    expect([anew.body.meta.source, anew.body.data]).toEqual(['chain', villa.body.data]);
  });

  test('of a transaction: in no block before, unknown before it was made (rule PAST-4)', async () => {
    const { height = 0 } = truth.transactions.find(({ hash }) => hash === transaction) ?? {};
    const at = async (block: number) => (await local.get(`/v1/transactions/${transaction}?at=${block}`)).body;
    expect((await at(height)).data).toEqual(truth.transaction(transaction, height));
    expect((await at(height - 1)).data).toMatchObject({ status: 'pending', executedAt: null });
    expect(await at(height - 3)).toMatchObject({ code: 'not_found', meta: { at: height - 3 } });
  });

  test('above the newest block is 412, as minHeight is (rule PAST-3)', async () => {
    const { status, headers, body } = await local.get(`${path}?at=${tip + 30}`);
    expect([status, body.code]).toEqual([412, 'too_old']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test.each([
    ['at=-1', {}, ['at']],
    ['at=1e3', {}, ['at']],
    ['at=30&minHeight=20', {}, ['minHeight']],
    ['at=30&wait=5', {}, ['wait']],
    ['at=30', { 'cache-control': 'max-age=5, stale-if-error=0' }, ['Cache-Control', 'Cache-Control']],
  ])('%s %j is refused (rule PAST-1)', async (query, headers, paths) => {
    local.node.resetCalls();
    const { status, body } = await local.get(`/v1/transactions/${transaction}?${query}`, headers);
    expect([status, body.errors.map((error: { path: string }) => error.path)]).toEqual([400, paths]);
    expect(local.node.calls().total).toBe(0);
  });

  test('only-if-cached asks no node: 504 where no history covers the block', async () => {
    local.node.resetCalls();
    const { status, body } = await local.get(`${path}?at=29`, { 'cache-control': 'only-if-cached' });
    expect([status, body.code, local.node.calls().total]).toEqual([504, 'not_cached', 0]);
  });
});

describe('how far back nodes reach (rule PAST-3)', () => {
  test('a node that reaches back is asked, and no other one is blamed', async () => {
    local.nodes[0]?.keepFrom(60);
    for (let at = 40; at < 44; at += 1) {
      const { status, body } = await local.get(`${path}?at=${at}`, { 'cache-control': 'no-cache' });
      expect([status, body.data]).toEqual([200, truth.account(account, at)]);
    }
    const { body } = await local.get('/v1/health', { authorization: 'Bearer a-key-for-tests-only' });
    const nodes = body.nodes ?? body.parts?.nodes ?? [];
    expect(JSON.stringify(nodes)).not.toMatch(/unhealthy/);
  });

  test('503 while a node that does not answer may have it', async () => {
    local.nodes[0]?.keepFrom(60);
    local.nodes[1]?.fault('down');
    const { status, body } = await local.get(`${path}?at=46`, { 'cache-control': 'no-cache' });
    expect([status, body.code, body.retryable]).toEqual([503, 'chain_unavailable', true]);
  });

  test('410 with the lowest block of any node, where none reaches back', async () => {
    local.nodes[0]?.keepFrom(60);
    local.nodes[1]?.keepFrom(50);
    const { status, body } = await local.get(`${path}?at=45`, { 'cache-control': 'no-cache' });
    expect([status, body.code, body.lowestHeight, body.retryable]).toEqual([410, 'block_gone', 50, false]);
    expect((await local.get(`${path}?at=50`, { 'cache-control': 'no-cache' })).status).toBe(200);
    expect((await local.get(path, { 'cache-control': 'no-cache' })).status).toBe(200);
  });
});
