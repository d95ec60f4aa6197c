import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { recordedExamples } from '../../infra/local/dev-chain/recorded-examples.ts';
import {
  ClientError,
  type ClientSettings,
  createClient,
  InvalidCallError,
  NoAnswerError,
  RefusedError,
  UnusableAnswerError,
} from '../../lib/client/index.ts';
import { devKeys, keyOf, type Signer, signedTransfer } from '../infra/local/dev-chain/signed.ts';
import { asOperator, type Local, startLocal } from '../support/local.ts';
import {
  breaksOff,
  hangsUp,
  type Mishandling,
  type MishandlingProxy,
  says,
  startMishandlingProxy,
  staysSilent,
} from './mishandling-proxy.ts';

let local: Local;
let proxy: MishandlingProxy;
beforeAll(async () => {
  local = await startLocal({ nodes: 2 });
  proxy = await startMishandlingProxy(local.url);
});
afterEach(() => {
  proxy.always();
  proxy.seen.length = 0;
  for (const node of local.nodes) node.fault(undefined);
});
afterAll(async () => {
  await proxy.close();
  await local.close();
});

const token = asOperator.authorization.replace('Bearer ', '');
const { account } = recordedExamples['chain-a'];
const villa = { collection: 'villas', tokenId: '0' };
const clientOf = (settings: Partial<ClientSettings> = {}) =>
  createClient({ url: proxy.url, token, random: () => 0, ...settings });
const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

const html = '<html><body>502 Bad Gateway</body></html>';
const problem = (code: string, status: number, retryable: boolean) =>
  JSON.stringify({ type: 'about:blank', title: 't', status, detail: 'd', code, retryable, requestId: 'r-1' });
const problemJson = 'application/problem+json';

/** What comes, and the error that it becomes when it does not pass. */
const mishandlings: readonly (readonly [string, Mishandling, new (...given: never[]) => ClientError, object])[] = [
  ['a connection that is closed', hangsUp, NoAnswerError, { code: 'network', retryable: true, status: undefined }],
  ['a body that breaks off', breaksOff, NoAnswerError, { code: 'network', retryable: true }],
  ['silence', staysSilent, NoAnswerError, { code: 'timeout', retryable: true }],
  ['HTML of a proxy with 502', says(502, 'text/html', html), UnusableAnswerError, { status: 502, retryable: true }],
  ['HTML of a captive portal with 200', says(200, 'text/html', html), UnusableAnswerError, { status: 200 }],
  ['HTML with 403', says(403, 'text/html', html), UnusableAnswerError, { status: 403, retryable: false }],
  ['a redirect', says(302, '', '', { location: 'http://127.0.0.1:1/' }), NoAnswerError, { code: 'network' }],
  ['JSON that ends early', says(200, 'application/json', '{"data":{"kind"'), UnusableAnswerError, { status: 200 }],
  ['JSON of another service', says(200, 'application/json', '{"ok":true}'), UnusableAnswerError, { status: 200 }],
  ['members of another type', says(200, 'application/json', '{"data":null,"meta":1}'), UnusableAnswerError, {}],
  ['an array', says(200, 'application/json', '[]'), UnusableAnswerError, { status: 200 }],
  ['an empty answer', says(200, 'application/json', ''), UnusableAnswerError, { status: 200 }],
  ['no content type', says(200, '', '{"data":{},"meta":{}}'), UnusableAnswerError, { status: 200 }],
  ['a problem that is cut', says(503, problemJson, '{"code":'), UnusableAnswerError, { status: 503, retryable: true }],
  [
    'a code that is new',
    says(418, problemJson, problem('brewing', 418, false)),
    RefusedError,
    { code: 'brewing', status: 418, requestId: 'r-1', retryable: false },
  ],
  [
    'a problem of wrong types',
    says(400, problemJson, '{"code":7,"retryable":"yes","detail":[]}'),
    RefusedError,
    { code: 'unusable_answer', retryable: false },
  ],
  [
    'a gateway that refuses',
    says(403, 'application/json', '{"message":"Forbidden"}'),
    RefusedError,
    { code: 'forbidden', message: 'Forbidden' },
  ],
  [
    'a gateway that throttles',
    says(429, 'application/json', '{"message":"Too Many Requests"}'),
    RefusedError,
    { code: 'rate_limited', retryable: true },
  ],
  [
    'a gateway without its function',
    says(503, 'application/json', '{"message":"Service Unavailable"}'),
    RefusedError,
    { status: 503, retryable: true },
  ],
  ['a status that is none of HTTP', says(999, 'text/plain', 'odd'), ClientError, {}],
  ['304 that was not asked for', says(304, '', ''), ClientError, {}],
  [
    'problem details where an answer of this status is one too',
    says(503, problemJson, problem('overloaded', 503, true)),
    RefusedError,
    { code: 'overloaded', retryable: true },
  ],
  ['members that are no objects', says(200, 'application/json', '{"data":[],"meta":[]}'), UnusableAnswerError, {}],
];

/** Lists that would end early, never end, or give what is no item. */
const brokenLists: readonly (readonly [string, string])[] = [
  ['an item that is none', '{"items":[null],"next":null}'],
  ['a next page that is a number', '{"items":[],"next":5}'],
  ['a next page that is missing', '{"items":[]}'],
  ['a next page that is the same one', '{"items":[],"next":"same"}'],
];

describe('an answer that is none', () => {
  test.each(mishandlings)('becomes a typed error: %s', async (_what, mishandling, type, members) => {
    proxy.always(mishandling);
    const client = clientOf({ retries: 0, timeoutMs: 3_000 });
    const error = await errorOf(client.getAsset(villa));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject(members);
  });

  test.each(mishandlings)('of health and of a list too: %s', async (_what, mishandling) => {
    proxy.always(mishandling);
    const client = clientOf({ retries: 0, timeoutMs: 2_000 });
    expect(await errorOf(client.getHealth())).toBeInstanceOf(ClientError);
    expect(await errorOf(client.items.listKeys().next())).toBeInstanceOf(ClientError);
  });

  test.each(brokenLists)('ends a list with a typed error: %s', async (_what, body) => {
    proxy.always(says(200, 'application/json', body));
    const client = clientOf({ retries: 0 });
    const read = async () => {
      for await (const { id } of client.items.listKeys()) expect(id).toBeDefined();
    };
    expect(await errorOf(read())).toBeInstanceOf(UnusableAnswerError);
  });

  test.each(['{"items":[null],"next":"a"}', '{"items":[5],"next":"a"}', '{"items":[],"next":5}'])(
    'ends the feed with a typed error: %s',
    async (body) => {
      proxy.always(says(200, 'application/json', body));
      const feed = clientOf({ retries: 0 }).follow({ after: 'start' }, { untilHead: true });
      expect(await errorOf(feed[Symbol.asyncIterator]().next())).toBeInstanceOf(UnusableAnswerError);
    },
  );

  test('is no report: HTML where a table or JSON was asked for, JSON where a table was', async () => {
    const client = clientOf({ retries: 0 });
    const span = { from: '2026-11-01', until: '2026-11-30' };
    proxy.always(says(200, 'text/html', html));
    for (const format of ['csv', 'json'] as const)
      expect(await errorOf(client.getAuditReport({ ...span, format }))).toBeInstanceOf(UnusableAnswerError);
    proxy.always(says(200, 'application/json', '{"entries":[],"next":null}'));
    expect(await errorOf(client.getAuditReport({ ...span, format: 'csv' }))).toBeInstanceOf(UnusableAnswerError);
  });

  test.each(['{"hash":null}', '{"hash":5}'])('to a submission does not say that nothing was sent: %s', async (body) => {
    proxy.always(says(202, 'application/json', body));
    expect(await errorOf(clientOf({ retries: 0 }).submitTransaction({ body: {} }))).toBeInstanceOf(UnusableAnswerError);
  });

  test('is not the end, where the same request may pass: the call goes on until the service answers', async () => {
    const passing = mishandlings.filter(
      ([what, , , members]) => 'retryable' in members && members.retryable && what !== 'silence',
    );
    expect(passing.length).toBeGreaterThan(5);
    for (const [, mishandling] of passing) {
      proxy.next(mishandling, mishandling);
      expect((await clientOf().getAsset(villa)).data.kind).toBe('asset');
    }
    expect(proxy.seen).toHaveLength(3 * passing.length);
  });
});

describe('a call', () => {
  test('is repeated at most as often as it may be, and as `Retry-After` says', async () => {
    proxy.always(says(503, problemJson, problem('overloaded', 503, true), { 'retry-after': '0' }));
    expect(await errorOf(clientOf({ retries: 2 }).getAsset(villa))).toMatchObject({
      code: 'overloaded',
      retryAfter: 0,
    });
    expect(proxy.seen).toHaveLength(3);
  });

  test('is not repeated where `retryable` is false, whatever the status', async () => {
    proxy.always(says(503, problemJson, problem('internal_error', 503, false)));
    expect(await errorOf(clientOf().getAsset(villa))).toMatchObject({ code: 'internal_error' });
    expect(proxy.seen).toHaveLength(1);
  });

  test('fails at once where `Retry-After` is beyond its time', async () => {
    proxy.always(says(429, problemJson, problem('rate_limited', 429, true), { 'retry-after': '60' }));
    expect(await errorOf(clientOf().getAsset(villa))).toMatchObject({ code: 'rate_limited', retryAfter: 60 });
    expect(proxy.seen).toHaveLength(1);
  });

  test('that makes something is sent once: it may have been done', async () => {
    proxy.always(hangsUp);
    const body = { name: 'a', roles: ['reader'] } as const;
    expect(await errorOf(clientOf().createKey({ body }))).toMatchObject({ code: 'network' });
    expect(proxy.seen).toHaveLength(1);
  });

  test('that was over the limit was not begun, and is sent again', async () => {
    proxy.next(says(429, problemJson, problem('rate_limited', 429, true), { 'retry-after': '0' }));
    expect((await clientOf().createKey({ body: { name: 'b', roles: ['reader'] } })).name).toBe('b');
    expect(proxy.seen).toHaveLength(2);
  });

  test('of a conditional change is sent once, and of an unconditional one again', async () => {
    const place = { id: account, body: { note: 1 } };
    proxy.always(hangsUp);
    await errorOf(clientOf().putAccountLocal(place, { ifNoneMatch: '*' }));
    expect(proxy.seen).toHaveLength(1);
    await errorOf(clientOf({ retries: 1 }).putAccountLocal(place));
    expect(proxy.seen).toHaveLength(3);
  });

  test('to submit is repeated under one idempotency key, and each call has its own', async () => {
    const [from] = devKeys as readonly [Signer, Signer];
    const body = signedTransfer({ from, to: keyOf(60).publicKey.toHex() }) as unknown as Record<string, unknown>;
    proxy.next(hangsUp, breaksOff);
    const client = clientOf();
    const submitted = await client.submitTransaction({ body });
    expect(submitted).toMatchObject({ hash: body.hash, state: 'accepted' });
    const other = signedTransfer({ from, to: keyOf(62).publicKey.toHex() }) as unknown as Record<string, unknown>;
    await client.submitTransaction({ body: JSON.stringify(other) });
    const keys = proxy.seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(4);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
    expect(keys.every((key) => /^[\w-]{10,}$/.test(String(key)))).toBe(true);
  });

  test('ends when its caller aborts: before it, during it and between retries', async () => {
    const aborted = AbortSignal.abort(new Error('no more'));
    expect(await errorOf(clientOf().getAsset(villa, { signal: aborted }))).toMatchObject({
      code: 'aborted',
      retryable: false,
      cause: new Error('no more'),
    });
    expect(proxy.seen).toHaveLength(0);
    const during = new AbortController();
    proxy.always(() => {
      during.abort();
      return true;
    });
    expect(await errorOf(clientOf().getAsset(villa, { signal: during.signal }))).toMatchObject({ code: 'aborted' });
    const between = new AbortController();
    proxy.always((message, response) => {
      setTimeout(() => between.abort(), 50);
      return says(503, problemJson, problem('overloaded', 503, true), { 'retry-after': '20' })(message, response);
    });
    expect(await errorOf(clientOf().getAsset(villa, { signal: between.signal }))).toMatchObject({ code: 'aborted' });
  });
});

describe('what never answers', () => {
  const never = () => new Promise<never>(() => undefined);
  test.each([
    ['the token', { token: never }],
    ['a fetch that does not know the signal', { fetch: never as typeof fetch }],
    ['a body that a fetch does not end', { fetch: (async () => ({ text: never })) as unknown as typeof fetch }],
  ])('is left when the time is up, and when the caller aborts: %s', async (_what, settings) => {
    const client = clientOf({ ...settings, retries: 0 });
    expect(await errorOf(client.getAsset(villa, { timeoutMs: 50 }))).toMatchObject({ code: 'timeout' });
    const controller = new AbortController();
    const asked = errorOf(client.getAsset(villa, { signal: controller.signal }));
    controller.abort();
    expect(await asked).toMatchObject({ code: 'aborted' });
  });
});

test('a body without an end is left before it fills the memory', async () => {
  const chunk = new TextEncoder().encode(' '.repeat(4_000_000));
  let sent = 0;
  let isLeft = false;
  const endless = async () =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          sent += 1;
          controller.enqueue(chunk);
        },
        cancel: () => {
          isLeft = true;
        },
      }),
      { headers: { 'content-type': 'application/json' } },
    );
  const error = await errorOf(clientOf({ fetch: endless, retries: 0 }).getAsset(villa));
  expect(error).toMatchObject({ code: 'unusable_answer', status: 200, retryable: false });
  expect([sent < 15, isLeft]).toEqual([true, true]);
});

describe('a call that cannot be made', () => {
  test.each([
    ['there are no settings', async () => createClient(undefined as never)],
    ['the settings are null', async () => createClient(null as never)],
    ['the URL is an object', async () => createClient({ url: Object.create(null) })],
    ['the signal is none', () => clientOf().getAsset(villa, { signal: 5 as never })],
    ['the signal of a wait is none', () => clientOf().waitForTransaction('a', { signal: 5 as never })],
    ['the hash is none', () => clientOf().waitForTransaction(Object.create(null))],
    ['a time is text', () => clientOf().getAsset(villa, { timeoutMs: '5' as never })],
    ['retries are none', () => clientOf().getAsset(villa, { retries: Number.NaN })],
    ['a height is none', async () => clientOf().readFrom('5' as never)],
    [
      'a list is asked for as a table',
      () =>
        clientOf()
          .items.getAuditReport({ format: 'csv' } as never)
          .next(),
    ],
    ['a parameter is missing', () => clientOf().getAsset({ collection: 'villas' } as never)],
    ['a parameter would leave the path', () => clientOf().getKey({ id: '..' })],
    ['a time is none', () => clientOf().getAsset(villa, { maxAge: -1 })],
    ['the body refers to itself', () => clientOf().lookup({ body: circular() })],
    ['the input is null', () => clientOf().getAsset(null as never)],
    ['the token cannot be had', () => clientOf({ token: () => Promise.reject(new Error('expired')) }).getAsset(villa)],
    ['the token is no header', () => clientOf({ token: 'a\nb', retries: 0 }).getAsset(villa)],
    ['fetch is no fetch', () => clientOf({ fetch: (() => 7) as never, retries: 0 }).getAsset(villa)],
    ['the URL is none', async () => createClient({ url: 'lookup.example' })],
  ])('is refused with a typed error, and nothing is sent: %s', async (_what, call) => {
    expect(await errorOf(call())).toBeInstanceOf(ClientError);
    expect(proxy.seen).toHaveLength(0);
  });

  test('says so itself', async () => {
    expect(await errorOf(clientOf().getAsset({} as never))).toBeInstanceOf(InvalidCallError);
  });
});

test('null is the same as nothing, where settings are optional', async () => {
  const [filter, options] = [null as never, null as never];
  const feed = clientOf().follow(filter, options)[Symbol.asyncIterator]();
  const first = feed.next();
  await expect(Promise.race([first, Promise.resolve('waits')])).resolves.toBe('waits');
  first.catch(() => undefined);
  proxy.always(says(403, problemJson, problem('forbidden', 403, false)));
  expect(await errorOf(clientOf().waitForTransaction('1'.repeat(64), options))).toMatchObject({ code: 'forbidden' });
});

function circular(): never {
  const body: Record<string, unknown> = {};
  body.refs = [body];
  return body as never;
}

test('the feed asks with a pause where an empty answer is not held back', async () => {
  const times: number[] = [];
  const controller = new AbortController();
  proxy.always((message, response) => {
    times.push(performance.now());
    if (times.length === 3) controller.abort();
    return says(200, 'application/json', '{"items":[],"next":"c-1","head":"c-1"}')(message, response);
  });
  const feed = clientOf().follow({ after: 'c-1' }, { signal: controller.signal });
  expect(await errorOf(feed[Symbol.asyncIterator]().next())).toMatchObject({ code: 'aborted' });
  const [first = 0, second = 0, third = 0] = times;
  // A busy machine makes the pauses longer, never shorter.
  expect(Math.min(second - first, third - second)).toBeGreaterThan(700);
});

describe('a feed whose service fails', () => {
  /** The waits between requests, in milliseconds, without waiting. */
  async function pausesOf(headers: Readonly<Record<string, string>>): Promise<number> {
    const controller = new AbortController();
    const times: number[] = [];
    proxy.always((message, response) => {
      times.push(performance.now());
      if (times.length === 3) controller.abort();
      return says(503, problemJson, problem('overloaded', 503, true), headers)(message, response);
    });
    const feed = clientOf({ retries: 0 }).follow({ after: 'c-1' }, { signal: controller.signal });
    await errorOf(feed[Symbol.asyncIterator]().next());
    return Math.min(...times.slice(1).map((time, at) => time - (times[at] ?? 0)));
  }

  test('is asked again after a second or more, whatever the service says', async () => {
    expect(await pausesOf({ 'retry-after': '0' })).toBeGreaterThan(900);
    expect(await pausesOf({})).toBeGreaterThan(900);
  });

  test('waits as long as `Retry-After` says', async () => {
    proxy.always(says(503, problemJson, problem('overloaded', 503, true), { 'retry-after': '45' }));
    const controller = new AbortController();
    const waits: number[] = [];
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const failed = new Promise<void>((done) => {
      const onFailure = () => done();
      const feed = clientOf({ retries: 0 }).follow({ after: 'c-1' }, { signal: controller.signal, onFailure });
      feed[Symbol.asyncIterator]()
        .next()
        .catch(() => undefined);
    });
    await failed;
    await new Promise((next) => setImmediate(next));
    waits.push(...timers.mock.calls.map(([, wait]) => wait ?? 0));
    timers.mockRestore();
    controller.abort();
    expect(waits).toContain(45_000);
  });

  test('ends with a typed error where the function that hears of it fails later', async () => {
    proxy.always(hangsUp);
    const onFailure = async () => {
      throw new Error('no room');
    };
    const feed = clientOf({ retries: 0 }).follow({ after: 'c-1' }, { onFailure });
    expect(await errorOf(feed[Symbol.asyncIterator]().next())).toBeInstanceOf(InvalidCallError);
  });
});

test('a wait for a transaction goes on past failures that may pass', async () => {
  const { transaction } = recordedExamples['chain-a'];
  proxy.next(hangsUp, hangsUp, says(502, 'text/html', html));
  const { data } = await clientOf({ retries: 0 }).waitForTransaction(transaction);
  expect(data).toMatchObject({ hash: transaction, status: 'processed' });
  proxy.next(says(401, problemJson, problem('unauthenticated', 401, false)));
  expect(await errorOf(clientOf().waitForTransaction(transaction))).toMatchObject({ code: 'unauthenticated' });
});

describe('while nodes fail', () => {
  test('the last known value comes from the database, unless the caller refuses it', async () => {
    const client = clientOf({ retries: 0 });
    await client.getAccount({ id: account });
    for (const node of local.nodes) node.fault('down');
    const { meta } = await client.getAccount({ id: account }, { forceRefresh: true });
    expect(meta).toMatchObject({ source: 'database', stale: true });
    const error = await errorOf(client.getAccount({ id: account }, { forceRefresh: true, fallbackToDatabase: false }));
    expect(error).toMatchObject({
      code: 'chain_unavailable',
      status: 503,
      retryable: true,
      requestId: expect.any(String),
    });
  });

  test('a call that is repeated meets the chain again when a node is back', async () => {
    for (const node of local.nodes) node.fault('down');
    let asked = 0;
    const client = clientOf({
      fetch: (url, init) => {
        asked += 1;
        if (asked === 2) for (const node of local.nodes) node.fault(undefined);
        return fetch(url, init);
      },
    });
    const { meta } = await client.getAccount({ id: account }, { forceRefresh: true, fallbackToDatabase: false });
    expect([meta.source, asked]).toEqual(['chain', expect.any(Number)]);
    expect(asked).toBeGreaterThan(1);
  });
});
