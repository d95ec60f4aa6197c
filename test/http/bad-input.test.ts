import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import { checksummed } from '../../lib/domain/hex.ts';
import type { Outbox } from '../../lib/domain/ports/outbox.ts';
import { operations } from '../../lib/runtime/contract/operations.ts';
import { namePrefix } from '../../lib/runtime/names.ts';
import { createDynamo } from '../../lib/store/dynamodb/client.ts';
import { createStore } from '../../lib/store/store.ts';
import { type Got, type Local, send, startLocal } from '../support/local.ts';
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
  // Webhooks are looked for after each event, at no moment that shows from outside: that is not what is counted here.
  Object.assign(local.stack.service(), { webhookRunner: { dispatch: async () => {}, deliver: async () => {} } });
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
  ['an account hash with the prefix of a key', `entity-account-${hash}`],
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
      expectProblem(await local.get(`/v1/transactions/${id}${rest}`), invalidId('hash'));
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
    ['a slash in a token id', '/v1/assets/villas/a/b'],
    ['an encoded slash in a token id, which the gateway decodes', '/v1/assets/villas/a%2Fb'],
    ['an encoded slash at the end of a token id', '/v1/assets/villas/0%2F'],
  ])('%s matches no route', async (_, path) => {
    expectProblem(await local.get(path), noRoute);
  });
});

const awkward: readonly (readonly [string, string])[] = [
  ['a slash', 'a/b'],
  ['a slash at the end', '0/'],
  ['the name of another route', 'a/history'],
  ['a percent sign', '100%'],
  ['text that looks encoded', '%2F'],
  ['unicode', '€🏠'],
  ['a colon', 'a:b'],
  ['a plus sign', 'a+b'],
  ['a space', 'a b'],
  ['a question mark', 'who?'],
  ['a question mark behind the id of another token', '0?b'],
  ['a fragment', '0#b'],
  ['a comma', 'a,b'],
  ['an ampersand', 'a&b=c'],
  ['a dot', '.'],
  ['two dots', '..'],
  ['a null byte', '0\u0000'],
];

describe('Token ids are any text of up to 128 bytes', () => {
  test.each([...awkward, ['history', 'history'], ['128 bytes', '7'.repeat(128)]])(
    '%s in the query reaches the chain unchanged',
    async (_, tokenId) => {
      const { status, body } = await local.get(`/v1/assets/villas?tokenId=${encodeURIComponent(tokenId)}`);
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
      const history = await local.get(`/v1/assets/villas/history?tokenId=${encodeURIComponent(tokenId)}`);
      expect([history.status, history.body.ref]).toEqual([200, { kind: 'asset', id: `${villas}:${tokenId}` }]);
    },
  );

  test.each(awkward.filter(([, tokenId]) => !tokenId.includes('/') && !/^\.+$/.test(tokenId)))(
    '%s in a path is refused, and the way that carries it is named',
    async (_, tokenId) => {
      for (const rest of ['', '/history']) {
        const got = await local.get(`/v1/assets/villas/${encodeURIComponent(tokenId)}${rest}`);
        expectProblem(got, invalidId('tokenId'));
        expect(got.body.detail).toContain(`/v1/assets/{collection}${rest}?tokenId=`);
        expect(got.body.detail).toContain('POST /v1/lookup');
      }
    },
  );

  test('a slash makes another path of an id in a path, and the answer names the way that carries it', async () => {
    const got = await local.get('/v1/assets/villas/0%2Fb');
    expectProblem(got, noRoute);
    expect(got.body.detail).toContain('?tokenId=');
  });

  test('the same token is found by both ways', async () => {
    const [byPath, byText] = [await local.get('/v1/assets/villas/0'), await local.get('/v1/assets/villas?tokenId=0')];
    expect([byPath.status, byText.status]).toEqual([200, 200]);
    expect(byText.body.data).toEqual(byPath.body.data);
    expect(byText.headers.get('etag')).toBe(byPath.headers.get('etag'));
  });

  test.each([
    ['no token id', '/v1/assets/villas', invalid('tokenId')],
    ['no token id of a history', '/v1/assets/villas/history', invalid('tokenId')],
    ['an empty one', '/v1/assets/villas?tokenId=', invalidId('tokenId')],
    ['two of them', '/v1/assets/villas?tokenId=0&tokenId=1', invalid('tokenId')],
    ['a plus sign that is not encoded', '/v1/assets/villas?tokenId=a+b', invalid('tokenId')],
    ['one that is too long', `/v1/assets/villas?tokenId=${'7'.repeat(129)}`, invalidId('tokenId')],
    ['an unknown collection', '/v1/assets/palaces?tokenId=0', invalidId('collection')],
  ])('a query with %s is refused', async (_, path, expected) => {
    expectProblem(await local.get(path), expected);
  });
});

/** The checksum that wallets show for this account (CEP-57). */
const checksummedKey = '016Eec3224263675Ca2A77810c1C19A9027aCfcf9610Df8777c148175D54583f47';

describe('Mixed upper and lower case that is not the checksum is refused before any call', () => {
  /** One letter in the other case, and one digit mistyped. */
  const mistyped = (digits: string): readonly string[] => {
    const right = checksummed(digits);
    const flipped = right.replace(/[a-fA-F]/, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    );
    return [flipped, right.replace(/\d(?=[^\d]*$)/, (digit) => String((Number(digit) + 1) % 10))];
  };
  const key = account.slice(2);

  test.each([
    ['a public key', mistyped(key).map((one) => `/v1/accounts/01${one}`), 'id'],
    ['an account hash', mistyped(hash).map((one) => `/v1/accounts/account-hash-${one}/staking`), 'id'],
    ['a bare account hash', mistyped(hash).map((one) => `/v1/accounts/${one}/history`), 'id'],
    ['a transaction hash', mistyped(transaction).map((one) => `/v1/transactions/deploy-${one}`), 'hash'],
    ['a package hash', mistyped(villas).map((one) => `/v1/assets/hash-${one}/0`), 'collection'],
    [
      'a collection in the query',
      mistyped(villas).map((one) => `/v1/assets?owner=${owner}&collection=${one}`),
      'collection',
    ],
    ['an owner', mistyped(hash).map((one) => `/v1/assets?owner=hash-${one}`), 'owner'],
  ])('%s', async (_, paths, at) => {
    for (const path of paths) {
      const got = await local.get(path);
      expectProblem(got, invalidId(at));
      expect(got.body.detail).toContain('checksum');
    }
  });

  test('in a batch, each by its place in the request', async () => {
    const [flipped] = mistyped(key);
    const refs = [
      { kind: 'account', id: `01${flipped}` },
      { kind: 'transaction', id: mistyped(transaction)[1] },
      { kind: 'asset', id: `${mistyped(villas)[0]}:0` },
    ];
    const { body } = await local.post('/v1/lookup', { refs });
    expect(
      body.results.map(({ error }: { error: { code: string; errors: { path: string }[] } }) => [
        error.code,
        error.errors.map(({ path }) => path),
      ]),
    ).toEqual([
      ['invalid_id', ['refs.0.id']],
      ['invalid_id', ['refs.1.id']],
      ['invalid_id', ['refs.2.id']],
    ]);
  });
});

describe('Ids have one spelling', () => {
  test.each([
    ['a public key in upper case', `/v1/accounts/${account.toUpperCase()}`, owner],
    ['an account hash in upper case', `/v1/accounts/${owner.toUpperCase()}`, owner],
    ['a transaction hash in upper case', `/v1/transactions/${transaction.toUpperCase()}`, transaction],
    ['a package hash in upper case', `/v1/assets/${villas.toUpperCase()}/0`, `${villas}:0`],
    ['a package hash with its prefix', `/v1/assets/hash-${villas}/0`, `${villas}:0`],
    ['a package hash as Casper 2 writes it', `/v1/assets/package-${villas}/0`, `${villas}:0`],
    ['a package hash as Casper 1 writes it', `/v1/assets/contract-package-${villas}/0`, `${villas}:0`],
    ['a package hash as old tools write it', `/v1/assets/contract-package-wasm${villas}/0`, `${villas}:0`],
    ['an account hash without its prefix', `/v1/accounts/${hash}`, owner],
    ['a transaction hash as Casper 2 writes it', `/v1/transactions/transaction-v1-${transaction}`, transaction],
    ['a deploy hash with its prefix', `/v1/transactions/deploy-${transaction}`, transaction],
    ['a public key with its checksum', `/v1/accounts/${checksummedKey}`, owner],
    ['an account hash with its checksum', `/v1/accounts/account-hash-${checksummed(hash)}`, owner],
    ['a transaction hash with its checksum', `/v1/transactions/${checksummed(transaction)}`, transaction],
    ['a package hash with its checksum', `/v1/assets/${checksummed(villas)}/0`, `${villas}:0`],
  ])('%s', async (_, path, id) => {
    const { status, body } = await local.get(path);
    expect({ status, id: body.data?.id }).toEqual({ status: 200, id });
  });
});

describe('An invalid read option is refused before any call', () => {
  const path = `/v1/accounts/${account}`;

  test.each([
    ['min-fresh without seconds', 'min-fresh'],
    ['min-fresh with a word', 'min-fresh=long'],
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
    const got = await local.get(`${path}?minHeight=x`, { 'cache-control': 'max-age=x, no-cache=1, fresh' });
    expectProblem(got, invalid('Cache-Control', 'Cache-Control', 'minHeight'));
  });

  test.each([
    ['Cache-Control', 'max-age', ''],
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
    ['an unknown directive and a known one', 'no-cache, fresh'],
    ['a directive for responses and a known one', 'no-cache, private="a, max-age=soon"'],
    ['a property of every object and a known one', 'constructor, __proto__=1'],
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
    ['with an invalid owner', '/v1/assets?owner=alice', invalidId('owner')],
    ['with a hash that has no prefix as its owner', `/v1/assets?owner=${hash}`, invalidId('owner')],
    ['with an empty collection', `${list}&collection=`, invalidId('collection')],
    ['with an unknown collection', `${list}&collection=palaces`, invalidId('collection')],
  ])('a list %s', async (_, path, expected) => {
    expectProblem(await local.get(path), expected);
  });
});

describe('An unknown route or method', () => {
  test.each([
    ['GET', '/nothing'],
    ['GET', '/v1'],
    ['GET', '/v2/health'],
    ['GET', `/v1/accounts/${account}/balance`],
    ['GET', '/../../etc/passwd'],
    ['GET', '/v1/assets/villas/0/'],
    ['GET', '/v1/ready/'],
    ['DELETE', '/v1/nothing'],
    ['OPTIONS', '/v1/nothing'],
  ])('%s %s', async (method, path) => {
    const response = await fetch(await local.at(path), { method });
    const got = { status: response.status, headers: response.headers, body: await response.json() };
    expectProblem(got, noRoute);
  });
});

describe('A known path with another method', () => {
  test.each([
    ['GET', '/v1/lookup', 'OPTIONS, POST'],
    ['PUT', '/v1/lookup', 'OPTIONS, POST'],
    ['DELETE', `/v1/accounts/${account}`, 'GET, HEAD, OPTIONS'],
    ['PATCH', '/v1/assets/villas/0', 'GET, HEAD, OPTIONS'],
    ['POST', '/v1/ready', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/v1/sync', 'GET, HEAD, OPTIONS, POST'],
  ])('%s %s is a 405 with the methods that it takes', async (method, path, allow) => {
    const response = await fetch(await local.at(path), { method });
    const got = { status: response.status, headers: response.headers, body: await response.json() };
    expectProblem(got, { status: 405, code: 'method_not_allowed' });
    expect(got.headers.get('allow')?.split(', ').sort()).toEqual(allow.split(', '));
  });

  test('OPTIONS says what a path takes, without a credential', async () => {
    const response = await fetch(`${local.url}/v1/sync`, { method: 'OPTIONS' });
    expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([
      204,
      'GET, HEAD, POST, OPTIONS',
      '',
    ]);
  });

  test('HEAD of a path that takes POST only is a 405 without a body', async () => {
    const response = await fetch(await local.at('/v1/lookup'), { method: 'HEAD' });
    expect([response.status, response.headers.get('allow'), await response.text()]).toEqual([405, 'POST, OPTIONS', '']);
  });
});

describe('A query parameter that a route does not know is refused, with those that it knows', () => {
  const key = { authorization: 'Bearer a-key-for-tests-only' };
  const pathOf = (path: string): string =>
    path.replace(/\{(\w+)\}/g, (_, name) =>
      name === 'collection' ? 'villas' : name === 'tokenId' ? '0' : name === 'hash' ? transaction : account,
    );

  test.each(operations.map((operation) => [operation.method, operation.path, operation] as const))(
    '%s %s',
    async (method, path, { parameters = [] }) => {
      const known = parameters.flatMap((one) => (one.in === 'query' ? [one.name] : []));
      for (const name of ['foo', ...known.map((one) => one.toUpperCase())]) {
        const url = `${pathOf(path)}?${name}=1`;
        const body = method === 'GET' || method === 'DELETE' ? undefined : '{}';
        const headers = { ...key, ...(body !== undefined && { 'content-type': 'application/json' }) };
        const got = await send(await local.at(url), { method, headers, ...(body !== undefined && { body }) });
        expectProblem(got, invalid(name));
        for (const one of known) expect(got.body.detail).toContain(one);
      }
    },
  );

  test('a thousand of them, and a thousand faults of a body, get an answer of ordinary size', async () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `p${at}`).join('&');
    const wrong = await local.get(`/v1/ready?${names}`);
    expect([wrong.status, wrong.body.errors.length]).toEqual([400, 10]);
    expect(wrong.body.detail).toMatch(/ and 990 more$/);
    const refs = Array.from({ length: 100 }, () => ({ kind: 7, id: 7, [`x${'y'.repeat(900)}`]: 1 }));
    for (const body of [{ refs }, Object.fromEntries(names.split('&').map((name) => [name, 1]))]) {
      const got = await local.post('/v1/lookup', body);
      expect([got.status, JSON.stringify(got.body).length < 4_000]).toEqual([400, true]);
    }
  });

  test('one that is given twice is refused', async () => {
    expectProblem(await local.get(`/v1/accounts/${account}?minHeight=1&minHeight=2`), invalid('minHeight'));
  });
});

describe('A body that is not JSON by its headers', () => {
  const body = JSON.stringify({ refs: [{ kind: 'account', id: account }] });

  test.each([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['text', { 'content-type': 'text/plain' }],
    ['another character set', { 'content-type': 'application/json; charset=utf-16' }],
    ['compressed', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('%s is a 415', async (_, headers) => {
    expectProblem(await local.post('/v1/lookup', body, headers), { status: 415, code: 'unsupported_media_type' });
  });

  test.each([
    ['with a character set', { 'content-type': 'application/json; charset="UTF-8"' }],
    ['of a further type', { 'content-type': 'application/vnd.api+json' }],
    ['with an encoding that changes nothing', { 'content-encoding': 'identity' }],
  ])('JSON %s is accepted', async (_, headers) => {
    expect((await local.post('/v1/lookup', body, headers)).status).toBe(200);
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
