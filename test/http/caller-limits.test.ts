import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hashOfKey, keyOf } from '../../lib/domain/api-key.ts';
import { keyEntryOf, keySample } from '../store/samples.ts';
import { type Instance, startInstance } from '../support/instances.ts';
import { startService, type TestService } from '../support/service.ts';

let subject: TestService;
let instances: readonly [Instance, Instance];
beforeAll(async () => {
  subject = await startService({ env: { ASTAKE_LIMIT_ANONYMOUS: '20', ASTAKE_LIMIT_KEYS: '5' } });
  subject.stopClock();
  instances = [await startInstance(subject.service), await startInstance(subject.another())];
});
afterAll(async () => {
  await Promise.all([...instances.map((one) => one.close()), subject.close()]);
});

const open = '/v1/nothing';

describe('A caller over its limit', () => {
  test('gets 429 from every instance, with when to come again, and is seen by operators, who are not limited (rule LIMIT-9)', async () => {
    const [one, other] = instances;
    const statuses: number[] = [];
    for (let at = 0; at < 30; at += 1) statuses.push((await (at % 2 === 0 ? one : other).get(open)).status);
    expect(statuses.filter((status) => status === 404).length).toBeLessThanOrEqual(20);
    expect(statuses.filter((status) => status === 404).length).toBeGreaterThanOrEqual(16);
    const { status, headers, body } = await one.get(open);
    expect([status, body.code, body.retryable]).toEqual([429, 'rate_limited', true]);
    expect(headers.get('ratelimit-policy')).toBe('"requests";q=20;w=60');
    expect(headers.get('ratelimit')).toMatch(/^"requests";r=0;t=\d+$/);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);

    expect((await one.get('/v1/ready')).status).not.toBe(429);
    const operator = { authorization: 'Bearer a-key-for-tests-only' };
    const limited = [
      { caller: expect.stringMatching(/^address:(127\.0|0:0:)/), policy: 'requests', until: expect.any(String) },
    ];
    for (const path of ['/v1/stats', '/v1/health']) {
      const seen = await other.get(path, operator);
      expect(seen.body.limited).toEqual(limited);
      expect(seen.headers.get('ratelimit')).toBeNull();
    }
    expect((await other.get('/v1/sync', { authorization: 'Bearer x' })).status).toBe(429);

    subject.pass(Number(headers.get('retry-after')) * 1_000);
    expect((await one.get(open)).status).toBe(404);
  });

  test('is limited too in what its roles do not allow (rule LIMIT-9)', async () => {
    const [one] = instances;
    const { id, key } = keyOf(new Uint8Array(40).fill(8));
    const limits = { requestsPerMinute: 4, chainReadsPerMinute: 0 };
    const parts = { id, secretHash: hashOfKey(key), collections: null, expiresAt: null };
    const stored = keySample({ ...parts, roles: ['reader'], limits });
    await subject.store.keys.change({ key: stored, entry: keyEntryOf(stored) });
    const statuses: number[] = [];
    for (const path of ['/v1/sync', '/v1/transactions', '/v1/sync', '/v1/keys', '/v1/sync', '/v1/transactions'])
      statuses.push((await one.post(path, {}, { authorization: `Bearer ${key}` })).status);
    expect(statuses).toEqual([403, 403, 403, 403, 429, 429]);
  });

  test('has the limits of its key, in each answer, whatever the address has used', async () => {
    const [one] = instances;
    const { id, key } = keyOf(new Uint8Array(40).fill(7));
    const limits = { requestsPerMinute: 3, chainReadsPerMinute: 0 };
    const stored = keySample({ id, secretHash: hashOfKey(key), collections: null, expiresAt: null, limits });
    await subject.store.keys.change({ key: stored, entry: keyEntryOf(stored) });
    const header = { authorization: `Bearer ${key}` };
    const answers = [];
    for (let at = 0; at < 4; at += 1) answers.push(await one.get(open, header));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 429]);
    expect(answers.map(({ headers }) => headers.get('ratelimit')?.split(';')[1])).toEqual(['r=2', 'r=1', 'r=0', 'r=0']);
  });

  test('pays for each entity of a lookup of several; one that is refused costs one', async () => {
    subject.pass(120_000);
    const [one] = instances;
    const refs = (count: number) => Array.from({ length: count }, (_, at) => ({ kind: 'no-kind', id: `${at}` }));
    const answers = [];
    for (const count of [7, 8, 6, 4, 1]) answers.push(await one.post('/v1/lookup', { refs: refs(count) }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 200, 429]);
    const left = answers.map(({ headers }) => headers.get('ratelimit')?.split(';')[1]);
    expect(left).toEqual(['r=13', 'r=5', 'r=4', 'r=0', 'r=0']);
  });
});
