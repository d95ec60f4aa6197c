import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import type { Outbox } from '../../lib/domain/ports/outbox.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';
import { type Got, type Local, startLocal } from '../support/local.ts';
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts';

const { account, owner, transaction, collections } = recordedExamples['chain-a'];
const hash = owner.slice('account-hash-'.length);
const villas = collections.villas.package;

let local: Local;
let proxy: CountingProxy;
let outbox: Outbox;

beforeAll(async () => {
  local = await startLocal();
  ({ outbox } = createStore(
    createDynamo({ endpoint: local.stack.engine.endpoint, requestTimeoutMs: 10_000, connectionTimeoutMs: 10_000 }),
    namePrefix('local'),
  ));
  // The handlers read this with their first invocation.
  proxy = await startCountingProxy(local.stack.engine.endpoint ?? '');
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
  expect((await local.get(`/v1/accounts/${account}`)).status).toBe(200);
  expect(proxy.bytes()).toBeGreaterThan(0);
});
afterAll(async () => {
  await local.close();
  await proxy.close();
});
beforeEach(countFromNow);

/** The event about a lookup's change is published after its answer: what is counted begins when all are published. */
async function countFromNow(): Promise<void> {
  while ((await outbox.unpublished(new Date(Date.now() + 60_000).toISOString(), 1)).length > 0) await pause(20);
  local.node.resetCalls();
  proxy.reset();
}

interface Expected {
  readonly status: number;
  readonly code: string;
  /** Paths of `errors[]`. */
  readonly paths?: readonly string[];
}

/** A problem in the form of the contract; neither a node nor the database was called. */
function expectProblem({ status, headers, body }: Got, expected: Expected): void {
  expect({ status, code: body?.code }).toEqual({ status: expected.status, code: expected.code });
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toMatchObject({ type: 'about:blank', status, retryable: false });
  expect(body.title).toEqual(expect.stringMatching(/./));
  expect(body.detail).toEqual(expect.stringMatching(/./));
  expect(body.requestId).toMatch(/^[0-9a-f-]{36}$/);
  if (expected.paths !== undefined) {
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(expected.paths);
    for (const { message } of body.errors) expect(message).toEqual(expect.stringMatching(/./));
  }
  expect({ chain: local.node.calls().total, database: proxy.bytes() }).toEqual({ chain: 0, database: 0 });
}

const invalidId = (path = 'id'): Expected => ({ status: 400, code: 'invalid_id', paths: [path] });
const invalid = (...paths: string[]): Expected => ({ status: 400, code: 'invalid_request', paths });
const noRoute: Expected = { status: 404, code: 'not_found' };

const wrongAccounts: readonly (readonly [string, string])[] = [
  ['a word', 'alice'],
  ['an unknown tag', `03${account.slice(2)}`],
  ['a tag alone', '01'],
  ['an ed25519 key that is too short', account.slice(0, -1)],
  ['an ed25519 key that is too long', `${account}00`],
  ['a secp256k1 tag with the length of ed25519', `02${account.slice(2)}`],
  ['a digit that is not hexadecimal', `${account.slice(0, -1)}g`],
  ['an account hash that is too short', owner.slice(0, -1)],
  ['an account hash that is too long', `${owner}0`],
  ['an account hash that is not hexadecimal', `${owner.slice(0, -1)}z`],
  ['a bare hash', hash],
  ['a purse', `uref-${hash}-007`],
  ['spaces around', `%20${account}%20`],
  ['a null byte', `${account}%00`],
  ['four thousand digits', '01'.repeat(2_000)],
];

const wrongTransactions: readonly (readonly [string, string])[] = [
  ['a word', 'latest'],
  ['a hash that is too short', transaction.slice(0, -1)],
  ['a hash that is too long', `${transaction}0`],
  ['a digit that is not hexadecimal', `${transaction.slice(0, -1)}x`],
  ['a prefix', `transaction-${transaction}`],
  ['a full-width digit', `${transaction.slice(0, -1)}%EF%BC%91`],
  ['four thousand digits', 'ab'.repeat(2_000)],
];

describe('An invalid id is refused before any call', () => {
  describe.each(['', '/staking', '/history', '/staking/history'])('/v1/accounts/{id}%s', (rest) => {
    test.each(wrongAccounts)('%s', async (_, id) => {
      expectProblem(await local.get(`/v1/accounts/${id}${rest}`), invalidId());
    });
  });

  describe.each(['', '/history'])('/v1/transactions/{hash}%s', (rest) => {
    test.each(wrongTransactions)('%s', async (_, id) => {
      expectProblem(await local.get(`/v1/transactions/${id}${rest}`), invalidId());
    });
  });

  describe.each(['', '/history'])('/v1/assets/{collection}/{tokenId}%s', (rest) => {
    test.each([
      ['an alias that is not configured', '/v1/assets/palaces/0', 'collection'],
      ['an alias that is a property of every object', '/v1/assets/constructor/0', 'collection'],
      ['a prototype', '/v1/assets/__proto__/0', 'collection'],
      ['a package hash that is too short', `/v1/assets/${villas.slice(1)}/0`, 'collection'],
      ['a package hash that is too long', `/v1/assets/${villas}0/0`, 'collection'],
      ['an alias of four thousand letters', `/v1/assets/${'v'.repeat(4_000)}/0`, 'collection'],
      ['a token id of 129 bytes', `/v1/assets/villas/${'7'.repeat(129)}`, 'tokenId'],
      ['a token id of 43 letters and 129 bytes', `/v1/assets/villas/${'%E2%82%AC'.repeat(43)}`, 'tokenId'],
    ])('%s', async (_, path, at) => {
      expectProblem(await local.get(path + rest), invalidId(at));
    });
  });

  test.each([
    ['a broken percent-encoding', '/v1/assets/villas/%ZZ'],
    ['half an encoded character', '/v1/assets/villas/%E2%82'],
    ['a broken percent-encoding in the query', '/v1/assets?owner=%'],
  ])('%s', async (_, path) => {
    expectProblem(await local.get(path), { status: 400, code: 'invalid_request' });
  });

  test.each([
    ['an empty token id', '/v1/assets/villas/'],
    ['an empty collection', '/v1/assets//0'],
    ['an empty account', '/v1/accounts/'],
    ['an empty account with a further segment', '/v1/accounts//staking'],
    ['an empty transaction', '/v1/transactions/'],
    ['a slash in a token id that is not encoded', '/v1/assets/villas/a/b'],
  ])('%s matches no route', async (_, path) => {
    expectProblem(await local.get(path), noRoute);
  });
});

describe('Token ids are any text of up to 128 bytes', () => {
  test.each([
    ['an encoded slash', 'a%2Fb', 'a/b'],
    ['an encoded percent sign', '100%25', '100%'],
    ['text that still looks encoded after decoding', '%252F', '%2F'],
    ['unicode', '%E2%82%AC%F0%9F%8F%A0', '€🏠'],
    ['a colon', 'a:b', 'a:b'],
    ['a plus sign', 'a+b', 'a+b'],
    ['a space', 'a%20b', 'a b'],
    ['history', 'history', 'history'],
    ['a question mark', 'who%3F', 'who?'],
    ['128 bytes', '7'.repeat(128), '7'.repeat(128)],
  ])('%s reaches the chain unchanged', async (_, encoded, tokenId) => {
    const { status, body } = await local.get(`/v1/assets/villas/${encoded}`);
    expect({ status, code: body.code, source: body.meta?.source }).toEqual({
      status: 404,
      code: 'not_found',
      source: 'chain',
    });
    const { body: batch } = await local.post('/v1/lookup', { refs: [{ kind: 'asset', id: `villas:${tokenId}` }] });
    expect(batch.results[0]).toMatchObject({
      ref: { kind: 'asset', id: `villas:${tokenId}` },
      error: { code: 'not_found' },
      meta: { source: 'cache' },
    });
  });
});

describe('Ids have one spelling', () => {
  test.each([
    ['a public key in upper case', `/v1/accounts/${account.toUpperCase()}`, owner],
    ['an account hash in upper case', `/v1/accounts/${owner.toUpperCase()}`, owner],
    ['a transaction hash in upper case', `/v1/transactions/${transaction.toUpperCase()}`, transaction],
    ['a package hash in upper case', `/v1/assets/${villas.toUpperCase()}/0`, `${villas}:0`],
    ['a package hash with its prefix', `/v1/assets/hash-${villas}/0`, `${villas}:0`],
  ])('%s', async (_, path, id) => {
    const { status, body } = await local.get(path);
    expect({ status, id: body.data?.id }).toEqual({ status: 200, id });
  });
});

describe('An invalid read option is refused before any call', () => {
  const path = `/v1/accounts/${account}`;

  test.each([
    ['an unknown directive', 'fresh'],
    ['a directive for responses', 'private'],
    ['a property of every object', 'constructor'],
    ['max-age without seconds', 'max-age'],
    ['max-age with nothing', 'max-age='],
    ['max-age below zero', 'max-age=-1'],
    ['max-age with a fraction', 'max-age=1.5'],
    ['max-age in hexadecimal', 'max-age=0x10'],
    ['max-age with two values', 'max-age=1=2'],
    ['max-age with a word', 'max-age=soon'],
    ['max-age of sixteen digits', 'max-age=1234567890123456'],
    ['max-stale with a word', 'max-stale=any'],
    ['stale-if-error without seconds', 'stale-if-error'],
    ['no-cache with a value', 'no-cache=1'],
    ['only-if-cached with a value', 'only-if-cached=yes'],
  ])('Cache-Control: %s', async (_, value) => {
    expectProblem(await local.get(path, { 'cache-control': value }), invalid('Cache-Control'));
  });

  test.each(['', '-1', '1.5', 'latest', '1e3', '0x10', '9'.repeat(16)])('minHeight=%s', async (value) => {
    expectProblem(await local.get(`${path}?minHeight=${value}`), invalid('minHeight'));
  });

  test('all faults are listed at once', async () => {
    const got = await local.get(`${path}?minHeight=x`, { 'cache-control': 'fresh, max-age=x, no-cache' });
    expectProblem(got, invalid('Cache-Control', 'Cache-Control', 'minHeight'));
  });

  test.each([
    ['Cache-Control', 'fresh', ''],
    ['minHeight', 'no-cache', '?minHeight=x'],
  ])('the same rules apply to a batch: %s', async (at, value, query) => {
    const got = await local.post(
      `/v1/lookup${query}`,
      { refs: [{ kind: 'account', id: account }] },
      { 'cache-control': value },
    );
    expectProblem(got, invalid(at));
  });

  test.each([
    ['upper case', 'NO-CACHE'],
    ['an empty element', 'no-cache,, '],
    ['a quoted number', 'max-age="0"'],
  ])('a directive may be written with %s', async (_, value) => {
    expect((await local.get(path, { 'cache-control': value })).status).toBe(200);
  });
});

describe('An invalid body is refused before any call', () => {
  const ref = { kind: 'account', id: account };

  test.each<readonly [string, unknown, Expected]>([
    ['empty text', '', invalid('body')],
    ['text that is not JSON', '{"refs": [', invalid('body')],
    ['null', 'null', invalid('body')],
    ['a list', [ref], invalid('body')],
    ['a text', '"refs"', invalid('body')],
    ['a number', '7', invalid('body')],
    ['an empty object', {}, invalid('refs')],
    ['refs that are not a list', { refs: ref }, invalid('refs')],
    ['no refs', { refs: [] }, invalid('refs')],
    ['101 refs', { refs: Array(101).fill(ref) }, invalid('refs')],
    ['an unknown member', { refs: [ref], force: true }, invalid('body')],
    ['an unknown member of a ref', { refs: [{ ...ref, force: true }] }, invalid('refs.0')],
    ['a ref without an id', { refs: [ref, { kind: 'account' }] }, invalid('refs.1.id')],
    ['a ref that is a text', { refs: ['account'] }, invalid('refs.0')],
    ['an empty id', { refs: [{ kind: 'account', id: '' }] }, invalid('refs.0.id')],
    ['an id that is a number', { refs: [{ kind: 'asset', id: 7 }] }, invalid('refs.0.id')],
    ['an id of 401 letters', { refs: [{ kind: 'account', id: 'a'.repeat(401) }] }, invalid('refs.0.id')],
    ['a kind of 41 letters', { refs: [{ kind: 'k'.repeat(41), id: 'a' }] }, invalid('refs.0.kind')],
    ['two wrong refs', { refs: [{ kind: 7, id: '' }, ref] }, invalid('refs.0.kind', 'refs.0.id')],
    ['more than 128 KiB', { refs: [ref], padding: 'x'.repeat(129 * 1024) }, { status: 413, code: 'too_large' }],
    ['more than 10 MiB', 'x'.repeat(10 * 1024 * 1024 + 1), { status: 413, code: 'too_large' }],
  ])('%s', async (_, body, expected) => {
    expectProblem(await local.post('/v1/lookup', body), expected);
  });

  test('128 KiB are accepted, one byte more is refused', async () => {
    const padded = (bytes: number): string => JSON.stringify({ refs: [] }).padEnd(bytes, ' ');
    expectProblem(await local.post('/v1/lookup', padded(128 * 1024)), invalid('refs'));
    expectProblem(await local.post('/v1/lookup', padded(128 * 1024 + 1)), { status: 413, code: 'too_large' });
  });

  test('invalid ids in a batch are refused one by one, without a call', async () => {
    const refs = [
      { kind: 'account', id: 'alice' },
      { kind: 'validator', id: account },
      { kind: 'constructor', id: account },
      { kind: 'asset', id: 'villas' },
      { kind: 'asset', id: 'palaces:0' },
      { kind: 'asset', id: `villas:${'7'.repeat(129)}` },
      { kind: 'transaction', id: 'ff' },
      { kind: 'staking', id: `03${account.slice(2)}` },
    ];
    const { status, body } = await local.post('/v1/lookup', { refs });
    expect(status).toBe(200);
    expect(body.results.map((one: { ref: object }) => one.ref)).toEqual(refs);
    expect(
      body.results.map(({ error }: { error: { status: number; code: string } }) => `${error.status} ${error.code}`),
    ).toEqual([
      '400 invalid_id',
      '400 invalid_request',
      '400 invalid_request',
      '400 invalid_id',
      '400 invalid_id',
      '400 invalid_id',
      '400 invalid_id',
      '400 invalid_id',
    ]);
    expect({ chain: local.node.calls().total, database: proxy.bytes() }).toEqual({ chain: 0, database: 0 });
  });
});

describe('An invalid page is refused before any call', () => {
  const list = `/v1/assets?owner=${owner}`;

  test.each(['0', '101', '-1', '1.5', 'all', '', '99999'])('limit=%s', async (limit) => {
    expectProblem(await local.get(`${list}&limit=${limit}`), invalid('limit'));
    expectProblem(await local.get(`/v1/accounts/${account}/history?limit=${limit}`), invalid('limit'));
  });

  test.each([
    ['text that is not base64', '***'],
    ['text that is not JSON', 'aGVsbG8'],
    ['JSON of another form', Buffer.from('{"after":1}').toString('base64url')],
    ['nothing', ''],
    ['text that is too long', 'A'.repeat(8_000)],
    ['null', Buffer.from('null').toString('base64url')],
  ])('a cursor of %s', async (_, cursor) => {
    expectProblem(await local.get(`${list}&cursor=${cursor}`), invalid('cursor'));
    expectProblem(await local.get(`/v1/accounts/${account}/history?cursor=${cursor}`), invalid('cursor'));
  });

  test('limit and cursor are both named', async () => {
    expectProblem(await local.get(`${list}&limit=x&cursor=x`), invalid('limit', 'cursor'));
  });

  test('a cursor belongs to its query', async () => {
    for (const id of [0, 1, 2]) expect((await local.get(`/v1/assets/villas/${id}`)).status).toBe(200);
    const first = await local.get(`${list}&limit=1`);
    expect(first.status).toBe(200);
    expect(first.body.next).toEqual(expect.any(String));
    const second = await local.get(`${list}&limit=1&cursor=${first.body.next}`);
    expect(second.status).toBe(200);
    expect(second.body.items[0].data.id).not.toBe(first.body.items[0].data.id);

    await countFromNow();
    const elsewhere = `account-hash-${'0'.repeat(64)}`;
    expectProblem(await local.get(`/v1/assets?owner=${elsewhere}&cursor=${first.body.next}`), invalid('cursor'));
    expectProblem(await local.get(`${list}&collection=villas&cursor=${first.body.next}`), invalid('cursor'));
    expectProblem(await local.get(`/v1/accounts/${account}/history?cursor=${first.body.next}`), invalid('cursor'));
  });

  test.each(['no-cache', 'no-store', 'max-age=0, no-cache'])(
    'a list is never read from the chain, and %s says that it must be',
    async (value) => expectProblem(await local.get(list, { 'cache-control': value }), invalid('Cache-Control')),
  );

  test.each([
    ['without an owner', '/v1/assets', invalid('owner')],
    ['with an empty owner', '/v1/assets?owner=', invalid('owner')],
    ['with an invalid owner', '/v1/assets?owner=alice', invalidId()],
    ['with an unknown collection', `${list}&collection=palaces`, invalidId('collection')],
  ])('a list %s', async (_, path, expected) => {
    expectProblem(await local.get(path), expected);
  });
});

describe('An unknown route or method', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/v1'],
    ['GET', '/v2/health'],
    ['GET', '/v1/lookup'],
    ['GET', `/v1/accounts/${account}/balance`],
    ['GET', '/v1/assets/villas'],
    ['DELETE', `/v1/accounts/${account}`],
    ['PATCH', '/v1/assets/villas/0'],
    ['PUT', '/v1/lookup'],
    ['POST', '/v1/health'],
    ['GET', '/../../etc/passwd'],
    ['GET', '/v1/assets/villas/0/'],
  ])('%s %s', async (method, path) => {
    const response = await fetch(local.url + path, { method });
    const got = { status: response.status, headers: response.headers, body: await response.json() };
    expectProblem(got, noRoute);
  });
});

// The last test: it stops the engine.
test('Invalid input is refused in the same way while the database is down, without a request to it', async () => {
  await local.stack.engine.stop();
  expectProblem(await local.get('/v1/accounts/alice'), invalidId());
  expectProblem(await local.get(`/v1/assets?owner=${owner}&limit=0`), invalid('limit'));
  expectProblem(await local.post('/v1/lookup', { refs: [] }), invalid('refs'));
  expectProblem(await local.get('/v1/nothing'), noRoute);
});
