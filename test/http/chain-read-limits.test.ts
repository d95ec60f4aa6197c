import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hashOfKey, keyOf } from '../../lib/domain/api-key.ts';
import { recordedAccounts } from '../contract/recorded.ts';
import { keyEntryOf, keySample } from '../store/samples.ts';
import { type Instance, startInstance } from '../support/instances.ts';
import { send } from '../support/local.ts';
import { startService, type TestService } from '../support/service.ts';

let subject: TestService;
let instances: readonly [Instance, Instance];
beforeAll(async () => {
  subject = await startService({ env: { ASTAKE_LIMIT_ANONYMOUS: '100,4', ASTAKE_LIMIT_KEYS: '0' } });
  subject.stopClock();
  instances = [await startInstance(subject.service), await startInstance(subject.another())];
});
afterAll(async () => {
  await Promise.all([...instances.map((one) => one.close()), subject.close()]);
});

const operator = { authorization: 'Bearer a-key-for-tests-only' };
const accounts = recordedAccounts('chain-a').map(({ accountHash }) => accountHash);
const account = (at: number) => `/v1/accounts/${accounts[at]}`;

const policies = (headers: Headers) => headers.get('ratelimit-policy');

describe('Chain reads of a caller', () => {
  test('are charged when the chain is read, over all instances; then the rest is answered, or 429 (rule LIMIT-10)', async () => {
    const [one, other] = instances;
    const first = await one.get(account(0));
    expect(first.status).toBe(200);
    expect(policies(first.headers)).toBe('"requests";q=100;w=60, "chain-reads";q=4;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"requests";r=\d+;t=\d+, "chain-reads";r=3;t=\d+$/);
    const hit = await other.get(account(0));
    expect([hit.status, policies(hit.headers)]).toEqual([200, '"requests";q=100;w=60']);

    for (const at of [1, 2, 3]) expect((await (at % 2 === 0 ? one : other).get(account(at))).status).toBe(200);
    for (const instance of instances) {
      const { status, headers, body } = await instance.get(account(4));
      expect([status, body.code, body.detail]).toEqual([
        429,
        'rate_limited',
        'the limit of 4 chain reads a minute is reached',
      ]);
      expect(headers.get('ratelimit')).toMatch(/"chain-reads";r=0;t=\d+$/);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }

    expect((await one.get(account(0))).body.meta.source).toBe('cache');
    const labelled = await one.get(account(0), { 'cache-control': 'no-cache' });
    expect([labelled.status, labelled.body.meta.source, labelled.body.meta.stale]).toEqual([200, 'database', true]);
    expect((await one.get(account(0), { 'cache-control': 'no-cache, stale-if-error=0' })).status).toBe(429);

    const batch = await other.post('/v1/lookup', { refs: [0, 4].map((at) => ({ kind: 'account', id: accounts[at] })) });
    expect(batch.status).toBe(200);
    expect(batch.body.results).toMatchObject([
      { meta: { source: 'cache' } },
      { error: { status: 429, code: 'rate_limited', retryable: true } },
    ]);

    const limited = [{ caller: expect.stringMatching(/^address:/), policy: 'chain-reads', until: expect.any(String) }];
    for (const instance of instances)
      for (const path of ['/v1/stats', '/v1/health'])
        expect((await instance.get(path, operator)).body.limited).toEqual(limited);

    expect((await one.get(account(4), operator)).status).toBe(200);
    const refused = await other.get(account(5));
    subject.pass(Number(refused.headers.get('retry-after')) * 1_000);
    expect((await other.get(account(5))).body.meta.source).toBe('chain');
  });

  test('of a key are its own', async () => {
    const [one, other] = instances;
    const { id, key } = keyOf(new Uint8Array(40).fill(7));
    const limits = { requestsPerMinute: 0, chainReadsPerMinute: 2 };
    const stored = keySample({ id, secretHash: hashOfKey(key), collections: null, expiresAt: null, limits });
    await subject.store.keys.change({ key: stored, entry: keyEntryOf(stored) });
    const ask = (instance: Instance, at: number) => instance.get(account(at), { authorization: `Bearer ${key}` });
    // Two who share a reading pay for one.
    const shared = await Promise.all([ask(one, 6), ask(one, 6)]);
    expect(shared.map(({ status }) => status)).toEqual([200, 200]);
    const answers = [...shared.slice(0, 1), await ask(one, 7), await ask(one, 8), await ask(other, 8)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 429]);
    expect(policies((answers[0] as { headers: Headers }).headers)).toBe('"chain-reads";q=2;w=60');
    const refresh = { method: 'POST', headers: { authorization: `Bearer ${key}` } };
    expect((await send(`${one.url}${account(6)}/refresh`, refresh)).status).toBe(429);
  });
});
