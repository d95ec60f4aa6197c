import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { hashOfKey, keyOf, type StoredKey } from '../../lib/domain/api-key.ts';
import { keyEntryOf, keySample } from '../store/samples.ts';
import { type Instance, startInstance } from '../support/instances.ts';
import { startService, type TestService } from '../support/service.ts';

const { collections, owner, account, transaction } = recordedExamples['chain-a'];
const villas = collections.villas.package;
const tickets = collections.tickets.package;

let open: TestService;
let closed: TestService;
let api: Instance;
let forReaders: Instance;
beforeAll(async () => {
  open = await startService();
  closed = await startService({ env: { ASTAKE_READS: 'readers' } });
  api = await startInstance(open.service);
  forReaders = await startInstance(closed.service);
});
afterAll(async () => {
  await Promise.all([api.close(), forReaders.close(), open.close(), closed.close()]);
});

let made = 0;
/** Puts a key into the store of a service; returns it as a header. */
async function keyIn({ store }: TestService, parts: Partial<StoredKey> = {}) {
  made += 1;
  const { id, key } = keyOf(new Uint8Array(40).fill(made));
  const stored = keySample({ id, secretHash: hashOfKey(key), collections: null, expiresAt: null, ...parts });
  const entry = keyEntryOf(stored, { sequence: stored.revision, digest: `${id} ${stored.revision}` });
  expect(await store.keys.change({ key: stored, entry })).toBe(true);
  return { stored, key, header: { authorization: `Bearer ${key}` } };
}

describe('a key from end to end', () => {
  test('opens the routes of its roles, and is named as the actor', async () => {
    const operator = await keyIn(open, { roles: ['operator'] });
    expect((await api.get('/v1/sync', operator.header)).status).toBe(200);
    expect((await api.get('/v1/stats', operator.header)).status).toBe(200);
    const auditor = await keyIn(open, { roles: ['auditor'] });
    expect((await api.get('/v1/stats', auditor.header)).status).toBe(200);
    const reader = await keyIn(open, { roles: ['reader'] });
    const { status, headers, body } = await api.get('/v1/stats', reader.header);
    expect([status, body.code, body.detail]).toEqual([403, 'forbidden', expect.stringContaining('role auditor')]);
    expect(headers.get('www-authenticate')).toContain('error="insufficient_scope", scope="auditor"');
  });

  test('that asks for a tick of sync, or to pass a block, is the actor of an entry (rule ACCESS-25)', async () => {
    const operator = await keyIn(open, { roles: ['operator'] });
    const ask = (body?: object) =>
      fetch(`${api.url}/v1/sync`, {
        method: 'POST',
        headers: { ...operator.header, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
    expect((await ask()).status).toBe(200);
    expect((await ask({ passBlock: 5, note: 'it is gone' })).status).toBe(409);
    const trail = await open.store.audit.history({ kind: 'service', id: 'sync' }, { limit: 9 });
    expect(trail.map(({ actor, after }) => [actor, after])).toEqual([
      [`key:${operator.stored.id}`, { request: 'tick', passBlock: 5, note: 'it is gone', at: expect.any(String) }],
      [`key:${operator.stored.id}`, { request: 'tick', at: expect.any(String) }],
    ]);
  });

  test('that has expired is refused on guarded and on open routes alike, with the words for an unknown one', async () => {
    const expired = await keyIn(open, { roles: ['operator'], expiresAt: '2020-01-01T00:00:00.000Z' });
    const unknown = { authorization: `Bearer ${keyOf(new Uint8Array(40).fill(200)).key}` };
    const answers: string[] = [];
    for (const path of ['/v1/sync', `/v1/accounts/${account}`, '/v1/ready', '/v1/nothing']) {
      for (const header of [expired.header, unknown]) {
        const { status, headers, body } = await api.get(path, header);
        answers.push(JSON.stringify([status, headers.get('www-authenticate'), { ...body, requestId: '' }]));
      }
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('Authorization: Bearer');
    expect(JSON.parse(answers[0] ?? '').slice(0, 2)).toEqual([
      401,
      'Bearer realm="Astake Lookup", error="invalid_token"',
    ]);
  });

  test('as the password of Basic shows a page in a browser', async () => {
    const { key } = await keyIn(open, { roles: ['auditor'] });
    const basic = { authorization: `Basic ${Buffer.from(`ada:${key}`).toString('base64')}` };
    expect((await api.get('/v1/stats', basic)).status).toBe(200);
    const page = { accept: 'text/html' };
    const wrong = { authorization: `Basic ${Buffer.from('ada:wrong').toString('base64')}` };
    expect((await api.get('/v1/stats', page)).headers.get('www-authenticate')).toMatch(/^Basic /);
    expect((await api.get('/v1/stats', { ...page, ...wrong })).headers.get('www-authenticate')).toMatch(/^Basic /);
  });

  test('is asked of readers where the configuration says so, but for ready and the contract', async () => {
    const reader = await keyIn(closed, { roles: ['reader'] });
    const none = await keyIn(closed, { roles: [] });
    const path = `/v1/accounts/${account}`;
    expect((await forReaders.get(path)).status).toBe(401);
    expect((await forReaders.get(path, none.header)).status).toBe(403);
    expect((await forReaders.get(path, reader.header)).status).toBe(200);
    expect((await forReaders.get('/v1/openapi.json')).status).toBe(200);
    expect([200, 503]).toContain((await forReaders.get('/v1/ready')).status);
  });
});

describe('a key for some collections (rule ACCESS-6)', () => {
  const villa = `/v1/assets/villas/0`;

  test('reads the assets of these alone, by any spelling and on every route', async () => {
    const { header } = await keyIn(open, { roles: ['reader'], collections: [villas] });
    const foreign = await keyIn(open, { roles: ['reader'], collections: [tickets] });
    const none = await keyIn(open, { roles: ['reader'], collections: [] });
    const paths = [
      villa,
      `/v1/assets/${villas}/0`,
      `/v1/assets/${villas.toUpperCase()}/0`,
      `/v1/assets/hash-${villas}/0`,
      '/v1/assets/villas?tokenId=0',
      `${villa}/history`,
      '/v1/assets/villas/history?tokenId=0',
      `/v1/assets?owner=${owner}&collection=villas`,
      '/v1/collections/villas',
      '/v1/collections/villas/history',
      '/v1/collections/villas/assets',
      `/v1/collections/${villas}/assets`,
    ];
    for (const path of paths) {
      expect([path, (await api.get(path, header)).status]).toEqual([path, 200]);
      for (const other of [foreign, none]) {
        const { status, headers, body } = await api.get(path, other.header);
        expect([path, status, body.code]).toEqual([path, 403, 'forbidden']);
        expect(headers.get('www-authenticate')).toContain('error="insufficient_scope"');
      }
    }
  });

  test('gets a refusal for each foreign item of a batch, and the others as ever', async () => {
    const { header } = await keyIn(open, { roles: ['reader'], collections: [tickets] });
    const refs = [
      { kind: 'asset', id: 'villas:0' },
      { kind: 'account', id: account },
      { kind: 'asset', id: `${villas}:0` },
      { kind: 'transaction', id: transaction },
    ];
    const answer = await fetch(`${api.url}/v1/lookup`, {
      method: 'POST',
      headers: { ...header, 'content-type': 'application/json' },
      body: JSON.stringify({ refs }),
    });
    const { results } = (await answer.json()) as { results: { data?: object; error?: { status: number } }[] };
    expect(results.map(({ data, error }) => error?.status ?? typeof data)).toEqual([403, 'object', 403, 'object']);
  });

  test('lists of an owner what is in its collections, and reads accounts, stakes and transactions', async () => {
    await api.get(villa);
    const listed = async (header: object) =>
      (await api.get(`/v1/assets?owner=${owner}`, { ...header })).body.items.map(
        ({ data }: { data: { packageHash: string } }) => data.packageHash,
      );
    const all = await listed({});
    const own = await keyIn(open, { roles: ['reader'], collections: [villas] });
    const foreign = await keyIn(open, { roles: ['reader'], collections: [tickets] });
    expect(await listed(own.header)).toEqual(all.filter((one: string) => one === villas));
    expect(await listed(foreign.header)).toEqual(all.filter((one: string) => one === tickets));
    const collectionsOf = async (header: object) =>
      (await api.get('/v1/collections', { ...header })).body.items.map(({ data }: { data: { id: string } }) => data.id);
    expect(await collectionsOf({})).toEqual([villas, tickets].sort());
    expect(await collectionsOf(own.header)).toEqual([villas]);
    for (const path of [
      `/v1/accounts/${account}`,
      `/v1/accounts/${account}/staking`,
      `/v1/transactions/${transaction}`,
    ])
      expect([path, (await api.get(path, foreign.header)).status]).toEqual([path, 200]);
  });
});

test('an operator for some collections makes and replaces no key for others (rule ACCESS-6)', async () => {
  const limited = await keyIn(open, { roles: ['operator'], collections: [villas] });
  const make = async (parts: object) =>
    (await api.post('/v1/keys', { name: 'k', roles: ['reader'], ...parts }, limited.header)).status;
  expect(await make({})).toBe(403);
  expect(await make({ collections: null })).toBe(403);
  expect(await make({ collections: ['villas', 'tickets'] })).toBe(403);
  expect(await make({ collections: ['villas'] })).toBe(201);

  const rotate = async ({ stored }: Awaited<ReturnType<typeof keyIn>>) =>
    (await api.post(`/v1/keys/${stored.id}/rotate`, {}, limited.header)).status;
  expect(await rotate(await keyIn(open, { roles: ['reader'] }))).toBe(403);
  expect(await rotate(await keyIn(open, { roles: ['reader'], collections: [tickets] }))).toBe(403);
  expect(await rotate(limited)).toBe(201);
});

test('a caller without a credential costs the store no reading of keys', async () => {
  const { service } = open;
  const find = service.keys.find.bind(service.keys);
  let finds = 0;
  const counted = (id: string) => {
    finds += 1;
    return find(id);
  };
  Object.assign(service.keys, { find: counted });
  await api.get(`/v1/accounts/${account}`);
  await api.get('/v1/ready');
  await api.get('/v1/sync');
  expect(finds).toBe(0);
  await api.get('/v1/ready', { authorization: `Bearer ${keyOf(new Uint8Array(40).fill(201)).key}` });
  expect(finds).toBe(1);
});
