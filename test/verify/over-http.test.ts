import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient, RefusedError } from '../../lib/client/index.ts';
import { verify } from '../../lib/verify/index.ts';
import { type Instance, startInstance } from '../support/instances.ts';
import { startService, type TestService } from '../support/service.ts';
import { anchorBelow, stakerAt, switchBlocks, truth } from './proved-answers.ts';

const height = 60;
const account = stakerAt(height);
const path = `/v1/accounts/${account}`;
const [token] = truth.tokens;
const oldest = switchBlocks[0] ?? anchorBelow(height);

let subject: TestService;
let instance: Instance;
beforeAll(async () => {
  subject = await startService({ recording: 'chain-e', height, env: { ASTAKE_LIMIT_ANONYMOUS: '1000,20' } });
  subject.stopClock();
  instance = await startInstance(subject.service);
});
afterAll(async () => {
  await instance.close();
  await subject.close();
});

// Rule PROOF-5.
describe('what the client gets with proof=full', () => {
  test('verifies for each kind, from any anchor', async () => {
    const client = createClient({ url: instance.url });
    const proof = { proof: 'full', anchor: oldest.height } as const;
    const asset = { collection: 'villas', tokenId: token?.tokenId ?? '' };
    for (const [answer, data] of [
      [await client.getAccount({ id: account, ...proof }), truth.account(account, height)],
      [await client.getStaking({ id: account, ...proof }), truth.staking(account, height)],
      [await client.getAsset({ ...asset, ...proof }), token && truth.asset(token, height)],
      [
        await client.getCollection({ collection: 'villas', ...proof }),
        truth.collection(token?.packageHash ?? '', height),
      ],
    ] as const) {
      const proved = await verify(answer, oldest, { minHeight: height });
      expect(proved.data).toEqual(data);
      expect(proved.anchor).toEqual(anchorBelow(height));
      expect(answer.meta).toMatchObject({ source: 'chain', stale: false, proof: { level: 'signed', weight: 1 } });
    }
  });

  test('is read from the chain each time, and counted so (rule LIMIT-10)', async () => {
    const left = ({ headers }: { readonly headers: Headers }) =>
      Number(/"chain-reads";r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
    const first = await instance.get(`${path}?proof=full`);
    const again = await instance.get(`${path}?proof=full`, { 'if-none-match': '*' });
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(left(again)).toBe(left(first) - 1);
    expect([again.headers.get('etag'), again.headers.get('cache-control')]).toEqual([null, 'no-store']);
    expect((await instance.get(path)).body.meta.proof.full).toBeUndefined();
  });

  test('is nothing where the chain has no such thing', async () => {
    const { status, body } = await instance.get(`/v1/assets/villas/9999?proof=full`);
    expect([status, body.code, body.meta.proof.level, body.meta.proof.full]).toEqual([
      404,
      'not_found',
      'none',
      undefined,
    ]);
  });
});

describe('proof=full is refused', () => {
  test.each([
    [`${path}?proof=some`, 'proof'],
    [`${path}?proof=full&at=30`, 'at'],
    [`${path}?proof=full&anchor=first`, 'anchor'],
    [`${path}?anchor=13`, 'anchor'],
    [`${path}?proof=full&anchor=14`, 'anchor'],
    [`${path}?proof=full&anchor=65`, 'anchor'],
    [`${path}/history?proof=full`, 'proof'],
    [`/v1/assets?owner=${account}&proof=full`, 'proof'],
    [`/v1/transactions/${truth.transactions[0]?.hash}?proof=full`, 'proof'],
  ])('%s', async (url, name) => {
    const { status, body } = await instance.get(url);
    expect([status, body.code, body.errors?.[0]?.path]).toEqual([400, 'invalid_request', name]);
  });

  test('where no node may be asked, and in a batch', async () => {
    const cached = await instance.get(`${path}?proof=full`, { 'cache-control': 'only-if-cached' });
    expect([cached.status, cached.body.errors?.[0]?.path]).toEqual([400, 'Cache-Control']);
    const refs = [{ kind: 'account', id: account }];
    expect((await instance.post('/v1/lookup', { refs, proof: 'full' })).status).toBe(400);
    expect((await instance.post('/v1/lookup?proof=full', { refs })).status).toBe(400);
  });

  test('by the client as by curl', async () => {
    const client = createClient({ url: instance.url, retries: 0 });
    const refused = client.getAccount({ id: account, proof: 'full', anchor: 14 });
    await expect(refused).rejects.toBeInstanceOf(RefusedError);
  });
});
