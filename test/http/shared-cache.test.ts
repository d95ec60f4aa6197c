import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { hashOfKey, keyOf } from '../../lib/domain/api-key.ts';
import { keyEntryOf, keySample } from '../store/samples.ts';
import { type Instance, startInstance } from '../support/instances.ts';
import { startService, type TestService } from '../support/service.ts';
import { cloudFrontKey, sharedCache } from './shared-cache.ts';

const { account, transaction } = recordedExamples['chain-a'];
const villa = '/v1/assets/villas/0';

let world: TestService;
let open: Instance;
let guarded: Instance;
beforeAll(async () => {
  world = await startService();
  open = await startInstance(world.service);
  const { config } = world.service;
  guarded = await startInstance({ ...world.another(), config: { ...config, reads: 'readers' } });
});
afterAll(async () => {
  await Promise.all([open?.close(), guarded?.close()]);
  await world?.close();
});

let made = 0;
async function keyOfApplication(application: string | null) {
  made += 1;
  const { id, key } = keyOf(new Uint8Array(40).fill(made));
  const stored = keySample({ id, secretHash: hashOfKey(key), roles: ['writer'], application });
  await world.store.keys.change({ key: stored, entry: keyEntryOf(stored, { digest: id }) });
  return { authorization: `Bearer ${key}` };
}

describe.each([
  ['a shared cache', undefined],
  ['CloudFront', cloudFrontKey],
])('rule ACCESS-30: in %s', (_name, cacheKey) => {
  const inFrontOf = ({ get }: Instance, clock = { now: 0 }) => sharedCache(get, clock, cacheKey);

  /** Asks twice through a cache of its own; whether the second answer was the first one. */
  async function isShared(instance: Instance, path: string, first = {}, second: object = first): Promise<boolean> {
    const through = inFrontOf(instance);
    await through(path, first);
    return (await through(path, second as Record<string, string>)).isReused;
  }

  test('what anyone may read is kept for all who have no credential', async () => {
    const paths = [
      villa,
      '/v1/assets/villas/4711',
      `/v1/accounts/${account}`,
      `${villa}?minHeight=60`,
      `${villa}?at=30`,
    ];
    for (const path of [...paths, '/v1/openapi.json']) expect([path, await isShared(open, path)]).toEqual([path, true]);
  });

  test.each([
    ['without an application', null, true],
    ['with an application', 'estate', false],
  ])('the answer to a key %s is for that key alone', async (_, application, isKept) => {
    const key = await keyOfApplication(application);
    expect(await isShared(open, villa, key)).toBe(isKept);
    expect(await isShared(open, villa, key, {})).toBe(false);
    expect(await isShared(open, villa, {}, key)).toBe(false);
    expect(await isShared(open, villa, key, await keyOfApplication(application))).toBe(false);
  });

  test.each(['no-cache', 'no-store', 'max-age=300', 'max-stale', 'min-fresh=1', 'stale-if-error=0', 'only-if-cached'])(
    'the answer to a caller who asks for %s is kept for no other one',
    async (value) => {
      await open.get(villa);
      expect(await isShared(open, villa, { 'cache-control': value }, {})).toBe(false);
      expect(await isShared(open, villa, { 'cache-control': value })).toBe(false);
      expect(await isShared(open, `${villa}?at=31`, { 'cache-control': 'no-cache' }, {})).toBe(false);
    },
  );

  test('no-transform asks for nothing', async () => {
    expect(await isShared(open, villa, { 'cache-control': 'no-transform' }, {})).toBe(true);
  });

  test('who asks for something gets nothing that was kept for others', async () => {
    if (cacheKey !== undefined)
      for (const value of ['no-cache', 'max-age=1'])
        expect([value, await isShared(open, villa, {}, { 'cache-control': value })]).toEqual([value, false]);
  });

  test('no answer is kept that was waited for: the next caller waits too', async () => {
    expect(await isShared(open, `/v1/transactions/${transaction}`)).toBe(true);
    expect(await isShared(open, `/v1/transactions/${transaction}?wait=1`)).toBe(false);
  });

  test('nothing is kept where readers need a credential: it would outlive the key', async () => {
    const key = await keyOfApplication(null);
    for (const path of [villa, `${villa}?at=30`, `/v1/accounts/${account}`]) {
      const { status, headers } = await guarded.get(path, key);
      expect([status, headers.get('cache-control')]).toEqual([200, expect.stringMatching(/^private, max-age=\d+$/)]);
      expect(await isShared(guarded, path, key)).toBe(false);
      expect(await isShared(guarded, path)).toBe(false);
    }
  });

  test('refusals, lists and what operators see are not kept', async () => {
    const key = await keyOfApplication(null);
    const paths = ['/v1/assets/villas/0?unknown=1', '/v1/accounts/alice', '/v1/assets?collection=villas', '/v1/health'];
    for (const path of [...paths, `${villa}/history`, '/v1/nothing', '/v1/changes?after=start'])
      for (const headers of [{}, key]) expect([path, await isShared(open, path, headers)]).toEqual([path, false]);
  });

  test('an answer is kept until its limit, counted from when it was verified, and then asked for again', async () => {
    const clock = { now: 0 };
    const through = inFrontOf(open, clock);
    const { got } = await through(villa);
    const left = 90 - Number(got.headers.get('age'));
    clock.now = left - 1;
    expect((await through(villa)).isReused).toBe(true);
    clock.now = left;
    expect((await through(villa)).isReused).toBe(false);
    expect(got.headers.get('cache-control')).toBe('public, max-age=90, must-revalidate, stale-if-error=0');
  });
});
