import { describe, expect, test } from '@jest/globals';
import { hashOfKey, keyOf, type StoredKey } from '../../../lib/domain/api-key.ts';
import { StoreUnavailable } from '../../../lib/domain/errors.ts';
import type { Log } from '../../../lib/domain/ports/telemetry.ts';
import { anonymous } from '../../../lib/domain/principal.ts';
import { createAuthenticate } from '../../../lib/runtime/access/authenticate.ts';
import { keySample } from '../../store/samples.ts';

const made = (seed: number) => keyOf(new Uint8Array(40).fill(seed));
const begin = Date.parse('2026-03-01T00:00:00Z');

const stored = ({ id, key }: { id: string; key: string }, over: Partial<StoredKey> = {}): StoredKey =>
  keySample({
    id,
    name: 'a partner',
    secretHash: hashOfKey(key),
    roles: ['reader'],
    application: 'shop',
    createdAt: new Date(begin).toISOString(),
    ...over,
  });

/** Instances on one store of keys, each with a memory of its own; the clock moves by `pass`. */
function world(...keys: StoredKey[]) {
  const rows = new Map(keys.map((key) => [key.id, key]));
  const finds: string[] = [];
  const lines: string[] = [];
  let now = begin;
  let isAway = false;
  const write = (message: string, details?: object) => void lines.push(JSON.stringify([message, details]));
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const instance = (localKey: string | null = null) =>
    createAuthenticate({
      keys: {
        async find(id) {
          finds.push(id);
          if (isAway) throw new StoreUnavailable('away');
          return rows.get(id);
        },
      },
      issuers: [],
      localKey,
      clock: { now: () => now, steady: () => now },
      log,
    });
  return {
    instance,
    finds,
    lines,
    put: (key: StoredKey) => void rows.set(key.id, key),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    fail: (away: boolean) => {
      isAway = away;
    },
  };
}

const [one, other] = [made(1), made(2)];
const invalid = { refused: 'invalid' };
const principal = {
  name: `key:${one.id}`,
  kind: 'key',
  roles: ['reader'],
  collections: null,
  application: 'shop',
  limits: null,
};
const bearer = (text: string) => `Bearer ${text}`;

describe('an API key', () => {
  test('names its caller with its roles, collections, application and limits', async () => {
    const limits = { requestsPerMinute: 5, chainReadsPerMinute: 1 };
    const authenticate = world(stored(one, { collections: ['aa'], limits })).instance();
    expect(await authenticate(bearer(one.key), 'POST')).toEqual({ ...principal, collections: ['aa'], limits });
    expect(await authenticate(`bearer  ${one.key} `, 'POST')).toMatchObject({ name: principal.name });
  });

  const refused: [string, StoredKey[], string][] = [
    ['unknown', [], one.key],
    ['of another secret', [stored(one, { secretHash: hashOfKey(other.key) })], one.key],
    ['revoked', [stored(one, { revokedAt: new Date(begin).toISOString() })], one.key],
    ['expired', [stored(one, { expiresAt: new Date(begin).toISOString() })], one.key],
    ['with an end that is no moment', [stored(one, { expiresAt: 'soon' })], one.key],
    ['unreadable', [stored(one, { unreadable: true })], one.key],
    ['cut', [stored(one)], one.key.slice(0, -1)],
    ['longer than itself', [stored(one)], `${one.key}0`],
    ['in another case', [stored(one)], one.key.toUpperCase()],
    ['its own hash', [stored(one)], hashOfKey(one.key)],
    ['its own id', [stored(one)], `astk_${one.id}_`],
    ['empty', [stored(one)], ''],
    ['undefined as text', [stored(one)], 'undefined'],
    ['long', [stored(one)], 'x'.repeat(20_000)],
  ];

  test.each(refused)('that is %s is refused, always in the same way (rule ACCESS-1)', async (_, keys, text) => {
    expect(await world(...keys).instance()(bearer(text), 'GET')).toEqual(invalid);
  });

  test('takes one reading and the same comparison whether its id is known or not (rule ACCESS-1)', async () => {
    const known = world(stored(one, { secretHash: hashOfKey(other.key) }));
    const unknown = world();
    await known.instance()(bearer(one.key), 'GET');
    await unknown.instance()(bearer(one.key), 'GET');
    expect([known.finds, unknown.finds]).toEqual([[one.id], [one.id]]);
  });

  test('is no secret that a log, a result or an error has', async () => {
    const at = world(stored(one));
    const results = [
      await at.instance()(bearer(one.key), 'GET'),
      await at.instance()(bearer(other.key), 'GET'),
      await at.instance()(bearer(`${one.key}x`), 'GET'),
    ];
    at.fail(true);
    results.push(await at.instance()(bearer(one.key), 'GET'));
    const said = JSON.stringify(results) + at.lines.join();
    for (const { key } of [one, other]) expect(said).not.toContain(key.split('_')[2]);
  });
});

describe('the header', () => {
  test('that is missing or empty makes an anonymous caller, and nothing is read', async () => {
    const at = world(stored(one));
    for (const header of [undefined, '', '  ']) expect(await at.instance()(header, 'GET')).toEqual(anonymous);
    expect(at.finds).toEqual([]);
  });

  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  test.each([
    ['GET', basic(`me:${one.key}`), true],
    ['HEAD', basic(`:${one.key}`), true],
    // A page of another site can make a browser send these by itself.
    ['POST', basic(`me:${one.key}`), false],
    ['PUT', basic(`me:${one.key}`), false],
    ['DELETE', basic(`me:${one.key}`), false],
    ['GET', basic(`${one.key}:`), false],
    ['GET', basic(one.key), false],
    ['GET', `Basic ${one.key}`, false],
    ['GET', one.key, false],
    ['GET', `Token ${one.key}`, false],
    ['GET', `Bearer ${one.key} ${one.key}`, false],
    ['GET', `Bearer ${one.key}, Bearer ${one.key}`, false],
  ])('%s with %s: the key counts: %s (rule ACCESS-3)', async (method, header, counts) => {
    const outcome = await world(stored(one)).instance()(header, method);
    expect(outcome).toEqual(counts ? principal : invalid);
  });
});

describe('the key of a local run', () => {
  test('has all roles; without one, its text is a credential like any other', async () => {
    const at = world();
    const local = { name: 'local:operator-key', kind: 'local', application: 'local' };
    expect(await at.instance('the-key')(bearer('the-key'), 'POST')).toMatchObject(local);
    expect(await at.instance('the-key')(bearer('the-key2'), 'POST')).toEqual(invalid);
    expect(await at.instance(null)(bearer('the-key'), 'POST')).toEqual(invalid);
  });
});

describe('what a process remembers (rule ACCESS-2)', () => {
  test('is a reading each 25 seconds, of valid and of invalid keys', async () => {
    const at = world(stored(one));
    const authenticate = at.instance();
    const ask = async () => [await authenticate(bearer(one.key), 'GET'), await authenticate(bearer(other.key), 'GET')];
    await ask();
    at.pass(24_999);
    expect(await ask()).toEqual([principal, invalid]);
    expect(at.finds).toHaveLength(2);
    at.pass(2);
    await ask();
    expect(at.finds).toHaveLength(4);
  });

  test('ends with the key, also within 25 seconds', async () => {
    const at = world(stored(one, { expiresAt: new Date(begin + 10_000).toISOString() }));
    const authenticate = at.instance();
    expect(await authenticate(bearer(one.key), 'GET')).toEqual(principal);
    at.pass(9_999);
    expect(await authenticate(bearer(one.key), 'GET')).toEqual(principal);
    at.pass(1);
    expect(await authenticate(bearer(one.key), 'GET')).toEqual(invalid);
  });

  test('makes a revoked key refused within a minute on every instance, whatever the gateway keeps for 30 seconds', async () => {
    const at = world(stored(one));
    const instances = [at.instance(), at.instance()];
    const gateways = instances.map((authenticate) => {
      let kept: { outcome: unknown; at: number } | undefined;
      return async (now: number) => {
        if (kept === undefined || now - kept.at >= 30_000) {
          kept = { outcome: await authenticate(bearer(one.key), 'GET'), at: now };
        }
        return kept.outcome;
      };
    });
    let now = 0;
    const step = (milliseconds: number) => {
      now += milliseconds;
      at.pass(milliseconds);
    };
    // The second instance has read the key just before the revocation, and the gateways ask as late as they may.
    expect(await gateways[0]?.(now)).toEqual(principal);
    step(7_000);
    expect(await gateways[1]?.(now)).toEqual(principal);
    at.put(stored(one, { revokedAt: new Date(begin).toISOString(), revision: 2 }));
    const last = [0, 0];
    for (let second = 0; second <= 60; second += 1) {
      for (const [index, gateway] of gateways.entries()) {
        if ((await gateway(now)) !== undefined && 'name' in ((await gateway(now)) as object)) last[index] = second;
      }
      step(1_000);
    }
    for (const second of last) expect(second).toBeLessThan(56);
    expect(last).not.toContain(0);
  });

  test('counts from the begin of the reading, so that a slow reading hides no revocation for longer', async () => {
    const { promise, resolve } = Promise.withResolvers<StoredKey>();
    let now = begin;
    let reads = 0;
    const authenticate = createAuthenticate({
      keys: {
        find: () => {
          reads += 1;
          return reads === 1 ? promise : Promise.resolve(stored(one, { revokedAt: new Date(begin).toISOString() }));
        },
      },
      issuers: [],
      localKey: null,
      clock: { now: () => now, steady: () => now },
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
    const first = authenticate(bearer(one.key), 'GET');
    now += 20_000;
    resolve(stored(one));
    expect(await first).toEqual(principal);
    now += 5_001;
    expect(await authenticate(bearer(one.key), 'GET')).toEqual(invalid);
  });

  test('is read once for callers that come together', async () => {
    const at = world(stored(one));
    const authenticate = at.instance();
    await Promise.all(Array.from({ length: 50 }, () => authenticate(bearer(one.key), 'GET')));
    expect(at.finds).toHaveLength(1);
  });

  test('does not include a failure of the store', async () => {
    const at = world(stored(one));
    const authenticate = at.instance();
    at.fail(true);
    expect(await authenticate(bearer(one.key), 'GET')).toMatchObject({ refused: 'unavailable' });
    at.fail(false);
    expect(await authenticate(bearer(one.key), 'GET')).toEqual(principal);
  });

  test('is bounded, and made-up keys push out no valid one', async () => {
    const at = world(stored(one));
    const authenticate = at.instance();
    await authenticate(bearer(one.key), 'GET');
    for (let index = 0; index < 6_000; index += 1) await authenticate(bearer(`made-up-${index}`), 'GET');
    await authenticate(bearer(one.key), 'GET');
    expect(at.finds).toHaveLength(1);
  }, 30_000);
});
